package io.wasmchord.session;

import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.Checksum;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.errors.SessionMismatchException;
import io.wasmchord.model.AdapterScale;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one answer, to which a host appends after every step: as the same bytes wherever
 * it is kept. An answer that was interrupted goes on from it, and what comes is what would have
 * come.
 *
 * <p>The bytes: eight that say what it is; the version and the length of the head, of 4 bytes each;
 * the head; a checksum of 8 bytes over all that. Then entries: the length, of 4 bytes; the tokens
 * since the entry before, and what the samplers keep; a checksum over all so far. So an entry that
 * was cut short or changed ends the journal before it: its tokens are computed again.
 */
public final class AnswerJournal {
  private static final byte[] MAGIC = "chordjnl".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SUM = 8;

  private final Head head;
  private final Checksum checksum = new Checksum();
  private int length; // bytes of what is whole
  private int[] answer = new int[0];
  private long @Nullable [] sampler; // null where there is no entry

  /**
   * What an answer's tokens depend on beside the request.
   *
   * @param model fingerprint of the model
   * @param context the longest sequence
   * @param cache type of the cache
   * @param adapters their names and scales
   * @param notes of whoever keeps it, such as the request
   */
  private record Head(
      long model, int context, String cache, String adapters, String notes, int[] prompt) {
    byte[] bytes() {
      return new ByteWriter()
          .put(model)
          .put(context)
          .put(cache)
          .put(adapters)
          .put(notes)
          .put(prompt)
          .bytes();
    }

    static Head parse(byte[] bytes) {
      SavedBytes in = new SavedBytes(bytes, AnswerJournal::damaged);
      Head head = new Head(in.int64(), in.int32(), in.text(), in.text(), in.text(), in.ints());
      in.requireEnd();
      return head;
    }
  }

  private AnswerJournal(Head head) {
    this.head = head;
  }

  /**
   * A journal of an answer that begins.
   *
   * @param fingerprint of the model
   * @param notes to be kept with it, such as the request
   * @throws io.wasmchord.errors.InvalidRequestException when such an answer has no journal; see
   *     {@link Generation#state}
   */
  public static AnswerJournal of(Generation generation, long fingerprint, String notes) {
    Session session = generation.session();
    int[] prompt = generation.state().prompt();
    return new AnswerJournal(
        new Head(
            fingerprint,
            session.contextLength(),
            session.cacheType().label(),
            named(session.adapters()),
            notes,
            prompt));
  }

  private static String named(List<AdapterScale> adapters) {
    return adapters.stream()
        .map(one -> one.adapter().name() + " (" + one.scale() + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * The journal that these bytes are. What follows the last whole entry is left out; see {@link
   * #length}.
   *
   * @param fingerprint of the model that is to go on
   * @throws InvalidSessionException when they are no journal, or its beginning is damaged
   * @throws SessionMismatchException when it is of another model or version
   */
  public static AnswerJournal read(byte[] bytes, long fingerprint) {
    HeapMemory in = HeapMemory.wrap(bytes);
    int opening = MAGIC.length + 8;
    boolean known =
        bytes.length >= opening && Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length);
    if (!known) {
      throw damaged("another beginning");
    }
    if (in.getInt(MAGIC.length) != VERSION) {
      throw new SessionMismatchException(
          "this answer's journal is of version "
              + in.getInt(MAGIC.length)
              + " of the format, and this is version "
              + VERSION
              + "; go on with the wasm-chord that wrote it, or ask again");
    }
    int size = in.getInt(MAGIC.length + 4);
    if (size < 0 || size > bytes.length - opening - SUM) {
      throw damaged("a beginning that was cut short");
    }
    int end = opening + size;
    Checksum sum = new Checksum();
    sum.add(Arrays.copyOf(bytes, end));
    if (in.getLong(end) != sum.value()) {
      throw damaged("a beginning that was changed");
    }
    Head head = Head.parse(Arrays.copyOfRange(bytes, opening, end));
    if (head.model != fingerprint) {
      throw new SessionMismatchException(
          "this answer was begun by another model, or by another file of it; load the file that"
              + " began it, or ask again");
    }
    AnswerJournal journal = new AnswerJournal(head);
    journal.noted(Arrays.copyOf(bytes, end));
    while (journal.entry(bytes)) {}
    return journal;
  }

  /** Takes the next entry, if it is whole. */
  private boolean entry(byte[] bytes) {
    int left = bytes.length - length;
    int size = left < 4 ? -1 : HeapMemory.wrap(bytes).getInt(length);
    if (size < 0 || size > left - 4 - SUM) {
      return false;
    }
    int end = length + 4 + size;
    Checksum sum = checksum.copy();
    sum.add(Arrays.copyOfRange(bytes, length, end));
    if (HeapMemory.wrap(bytes).getLong(end) != sum.value()) {
      return false;
    }
    SavedBytes in =
        new SavedBytes(Arrays.copyOfRange(bytes, length + 4, end), AnswerJournal::damaged);
    int[] more = in.ints();
    sampler = in.longs();
    in.requireEnd();
    int before = answer.length;
    answer = Arrays.copyOf(answer, before + more.length);
    System.arraycopy(more, 0, answer, before, more.length);
    noted(Arrays.copyOfRange(bytes, length, end));
    return true;
  }

  /** Takes down bytes with the checksum that follows them; all together. */
  private byte[] noted(byte[] bytes) {
    checksum.add(bytes);
    length += bytes.length + SUM;
    return new ByteWriter().put(bytes).put(checksum.value()).bytes();
  }

  private static InvalidSessionException damaged(String how) {
    return new InvalidSessionException(
        "this is no journal of an answer that can go on: it has " + how + "; ask again");
  }

  /**
   * What is to be appended after a step of the answer: no bytes where it has ended, or nothing
   * came.
   */
  public byte[] next(Generation generation) {
    ByteWriter out = new ByteWriter();
    if (generation.ended()) {
      return out.bytes();
    }
    if (length == 0) {
      byte[] begins = head.bytes();
      out.put(
          noted(new ByteWriter().put(MAGIC).put(VERSION).put(begins.length).put(begins).bytes()));
    }
    GenerationState state = generation.state();
    int[] more = Arrays.copyOfRange(state.answer(), answer.length, state.answer().length);
    if (more.length > 0 || sampler == null) {
      ByteWriter body = new ByteWriter().put(more).put(state.sampler().length);
      for (long word : state.sampler()) {
        body.put(word);
      }
      answer = state.answer();
      sampler = state.sampler();
      out.put(noted(new ByteWriter().put(body.bytes().length).put(body.bytes()).bytes()));
    }
    return out.bytes();
  }

  /** Bytes of it that are whole: a host cuts off what follows, and appends there. */
  public int length() {
    return length;
  }

  /** What was kept with it. */
  public String notes() {
    return head.notes;
  }

  /** The prompt's tokens. */
  public int[] prompt() {
    return head.prompt.clone();
  }

  /** The answer's tokens so far. */
  public int[] answer() {
    return answer.clone();
  }

  /**
   * Goes on with the answer; nothing is computed yet. The listener is first told what there was.
   *
   * @param options those that it was begun with
   * @throws SessionMismatchException when the session has another context, type of cache or
   *     adapters than the one that began it
   * @throws InvalidSessionException when the options have other samplers
   * @throws io.wasmchord.errors.InvalidRequestException as {@link Session#resume}
   */
  public Generation resume(Session session, GenerationOptions options) {
    require("a context of", head.context, session.contextLength());
    require("a KV cache of type", head.cache, session.cacheType().label());
    require("the adapters", head.adapters, named(session.adapters()));
    long[] state = sampler;
    return state == null
        ? session.start(head.prompt, options)
        : session.resume(new GenerationState(head.prompt, answer, state), options);
  }

  private static void require(String what, Object begun, Object now) {
    if (!begun.equals(now)) {
      throw new SessionMismatchException(
          "this answer was begun with %s %s, not %s; go on with the same, or ask again"
              .formatted(what, shown(begun), shown(now)));
    }
  }

  private static String shown(Object value) {
    return value.equals("") ? "none" : value.toString();
  }
}
