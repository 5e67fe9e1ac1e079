package io.wasmchord.session;

import io.wasmchord.bytes.Checksum;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
import io.wasmchord.host.Clock;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.Model;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Restores a session that a {@link SessionWriter} has saved, on this backend or another one. It
 * says how many bytes it wants next, and takes just these; the session is there after the last, and
 * only if the checksum is right. To be closed; a session that nobody has taken is closed with it.
 */
public final class SessionReader implements AutoCloseable {
  private static final int OPENING = 16;
  private static final int SUM = 8;
  private static final int LONGEST_HEAD = 64 << 20;

  private final Model model;
  private final Tokenizer tokenizer;
  private final long fingerprint;
  private final Clock clock;
  private final Checksum checksum = new Checksum();
  private Stage stage = Stage.OPENING;
  private int needed = OPENING;
  private int piece;
  private @Nullable SessionHead head;
  private @Nullable Session session; // whose cache is being filled
  private @Nullable CacheContents contents;
  private boolean taken;

  private enum Stage {
    OPENING,
    HEAD,
    PIECES,
    END,
    DONE
  }

  /**
   * @param model that the session was saved of
   * @param fingerprint of that model
   */
  public SessionReader(Model model, Tokenizer tokenizer, long fingerprint, Clock clock) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.fingerprint = fingerprint;
    this.clock = clock;
  }

  /** How many bytes are wanted next; 0 when all are there. */
  public int needed() {
    return needed;
  }

  /**
   * Takes bytes, as many as are {@link #needed}.
   *
   * @throws InvalidSessionException when there are others, as at the end of a file that was cut
   *     short, or they are not what was saved
   * @throws SessionMismatchException when they are of another model or version
   * @throws io.wasmchord.errors.OutOfMemoryException when there is no memory for its cache
   */
  public void push(byte[] bytes) {
    if (bytes.length != needed) {
      throw damaged("it ends too early, or goes on after its end");
    }
    switch (stage) {
      case OPENING -> opening(bytes);
      case HEAD -> head(bytes);
      case PIECES -> piece(bytes);
      case END -> end(bytes);
      case DONE -> {}
    }
  }

  private static InvalidSessionException damaged(String how) {
    return new InvalidSessionException(
        "this is no session that can be restored: " + how + "; save it anew");
  }

  private void opening(byte[] bytes) {
    byte[] magic = SessionWriter.MAGIC;
    if (!Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)) {
      throw damaged("it does not begin as a saved session does");
    }
    int version = HeapMemory.wrap(bytes).getInt(magic.length);
    if (version != SessionWriter.VERSION) {
      throw new SessionMismatchException(
          "this session is saved in version "
              + version
              + " of the format, and this is version "
              + SessionWriter.VERSION
              + "; restore it with the wasm-chord that saved it, or begin anew");
    }
    int length = HeapMemory.wrap(bytes).getInt(magic.length + 4);
    if (length < 0 || length > LONGEST_HEAD) {
      throw damaged("its head has " + length + " bytes");
    }
    checksum.add(bytes);
    stage = Stage.HEAD;
    needed = length + SUM;
  }

  private void head(byte[] bytes) {
    byte[] own = Arrays.copyOf(bytes, bytes.length - SUM);
    checksum.add(own);
    requireSum(bytes);
    SessionHead parsed = SessionHead.parse(own);
    head = parsed;
    if (parsed.model() != fingerprint) {
      throw new SessionMismatchException(
          "this session is of another model, or of another file of it; load the file that it was"
              + " saved with");
    }
    try {
      Requirements.tokens(parsed.tokens(), model.config().vocabulary());
      Session made = new Session(model, tokenizer, parsed.context(), parsed.options(), clock);
      session = made;
      contents = model.restoring(made.lend().cache(), parsed.marks());
    } catch (InvalidRequestException | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()));
    }
    stage = Stage.PIECES;
    next();
  }

  private void piece(byte[] bytes) {
    checksum.add(bytes);
    contents().write(piece, bytes);
    piece++;
    next();
  }

  private void next() {
    boolean more = piece < contents().pieces();
    stage = more ? Stage.PIECES : Stage.END;
    needed = more ? contents().bytes(piece) : SUM;
  }

  private void end(byte[] bytes) {
    requireSum(bytes);
    Session made = session;
    SessionHead read = head;
    if (made == null || read == null) {
      throw new IllegalStateException("an end without a beginning");
    }
    model.restored(made.lend().cache(), contents());
    made.restored(read.tokens());
    stage = Stage.DONE;
    needed = 0;
  }

  private CacheContents contents() {
    if (contents == null) {
      throw new IllegalStateException("pieces without a head");
    }
    return contents;
  }

  private void requireSum(byte[] bytes) {
    if (HeapMemory.wrap(bytes).getLong(bytes.length - SUM) != checksum.value()) {
      throw damaged("its bytes are not those that were saved");
    }
  }

  /**
   * The session, which is the caller's to close.
   *
   * @throws InvalidSessionException while bytes are missing
   */
  public Session session() {
    Session made = session;
    if (stage != Stage.DONE || made == null) {
      throw damaged("it ends too early");
    }
    taken = true;
    return made;
  }

  /**
   * What was saved beside it.
   *
   * @throws InvalidSessionException while bytes are missing
   */
  public String notes() {
    SessionHead read = head;
    if (stage != Stage.DONE || read == null) {
      throw damaged("it ends too early");
    }
    return read.notes();
  }

  @Override
  public void close() {
    Session made = session;
    if (made != null && !taken) {
      try {
        made.close();
      } catch (ChordException e) { // the model is closed, and its memory given back
        session = null;
      }
    }
  }
}
