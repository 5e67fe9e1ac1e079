package io.wasmchord.session;

import io.wasmchord.bytes.ByteWriter;
import io.wasmchord.bytes.Checksum;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Saves a session piece by piece, as the same bytes on every backend. To be closed; until then the
 * session can do nothing else.
 *
 * <p>The bytes: eight that say what it is; the version and the length of the head, of 4 bytes each;
 * the head; a checksum of 8 bytes over all that; the contents of the cache; a checksum over all.
 */
public final class SessionWriter implements AutoCloseable {
  static final byte[] MAGIC = "chordses".getBytes(StandardCharsets.US_ASCII);
  static final int VERSION = 1;

  private final SharedCache cache;
  private final byte[] head;
  private final CacheContents contents;
  private final Checksum checksum = new Checksum();
  private int next; // 0 for the head, then the pieces, then the checksum
  private boolean closed;

  /**
   * Begins to save a sequence. One that is under way is saved as far as it was computed.
   *
   * @param fingerprint of the model
   * @param notes to be saved beside it
   */
  static SessionWriter of(
      Model model, CachedTokens sequence, CacheOptions options, long fingerprint, String notes) {
    SharedCache cache = sequence.cache();
    cache.enter();
    try {
      int held = sequence.held();
      CacheContents contents = model.contents(sequence.memory().writable(held), held);
      CacheMarks marks = contents.marks();
      int[] tokens = Arrays.copyOf(sequence.all(), marks.position());
      SessionHead head =
          new SessionHead(fingerprint, sequence.all().length, options, marks, tokens, notes);
      return new SessionWriter(cache, head, contents);
    } catch (RuntimeException e) {
      cache.leave();
      throw e;
    }
  }

  private SessionWriter(SharedCache cache, SessionHead head, CacheContents contents) {
    this.cache = cache;
    this.head = head.bytes();
    this.contents = contents;
  }

  /** Bytes in all. */
  public long bytes() {
    return MAGIC.length + 8 + head.length + 8 + contents.bytes() + 8;
  }

  /** The next bytes, or null after the last. */
  public byte @Nullable [] next() {
    cache.requireOpen();
    int piece = next - 1;
    next++;
    if (piece < 0) {
      byte[] opening = new ByteWriter().put(MAGIC).put(VERSION).put(head.length).put(head).bytes();
      return new ByteWriter().put(opening).put(summed(opening)).bytes();
    }
    if (piece < contents.pieces()) {
      byte[] bytes = new byte[contents.bytes(piece)];
      contents.read(piece, bytes);
      summed(bytes);
      return bytes;
    }
    return piece == contents.pieces() ? new ByteWriter().put(checksum.value()).bytes() : null;
  }

  private long summed(byte[] bytes) {
    checksum.add(bytes);
    return checksum.value();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      cache.leave();
    }
  }
}
