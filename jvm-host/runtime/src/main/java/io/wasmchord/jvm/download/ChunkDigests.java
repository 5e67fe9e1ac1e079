package io.wasmchord.jvm.download;

import io.wasmchord.host.RunControl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The SHA-256 of a file that grows at its end: of each chunk, and of the whole. */
final class ChunkDigests {
  /** Bytes of a chunk. */
  static final int CHUNK = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 20;

  private final List<String> chunks = new ArrayList<>();
  private MessageDigest whole = sha256();
  private MessageDigest chunk = sha256();
  private int inChunk;

  /** Takes what comes next. */
  void update(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int length = Math.min(bytes.remaining(), CHUNK - inChunk);
      ByteBuffer read = bytes.slice(bytes.position(), length);
      whole.update(read.duplicate());
      chunk.update(read);
      bytes.position(bytes.position() + length);
      inChunk += length;
      if (inChunk == CHUNK) {
        chunks.add(hex(chunk));
        inChunk = 0;
      }
    }
  }

  /** The digests of all chunks so far, the last of which may still grow. */
  List<String> chunks() {
    List<String> all = new ArrayList<>(chunks);
    if (inChunk > 0) {
      all.add(hex(copy(chunk)));
    }
    return all;
  }

  /** The digest of all bytes so far. */
  String whole() {
    return hex(copy(whole));
  }

  void reset() {
    whole.reset();
    chunk.reset();
    chunks.clear();
    inChunk = 0;
  }

  /**
   * Reads a file's first bytes, chunk by chunk, as long as they are what they were.
   *
   * @param expected the digests of the chunks of {@code length} bytes
   * @return how many bytes count
   */
  long recover(FileChannel file, long length, List<String> expected, RunControl control)
      throws IOException {
    reset();
    long good = 0;
    for (int i = 0; i < expected.size() && good < length; i++) {
      long end = Math.min(good + CHUNK, length);
      MessageDigest before = copy(whole);
      read(file, good, end, control);
      if (!chunks().getLast().equals(expected.get(i))) {
        whole = before;
        chunks.subList(i, chunks.size()).clear();
        chunk.reset();
        inChunk = 0;
        return good;
      }
      good = end;
    }
    return good;
  }

  private void read(FileChannel file, long from, long to, RunControl control) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = from; at < to; ) {
      control.check();
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, to - at));
      if (file.read(buffer, at) < 0) {
        throw new IOException("it ends at byte " + at);
      }
      at += buffer.flip().remaining();
      update(buffer);
      control.progress("verify", at, file.size());
    }
  }

  /** The digest of a whole file. */
  static String of(FileChannel file, RunControl control) throws IOException {
    ChunkDigests digests = new ChunkDigests();
    digests.read(file, 0, file.size(), control);
    return digests.whole();
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e); // the JDK's own can be copied
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
