package io.wasmchord.session;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidSessionException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Reads what was saved, one thing after the other. Every length is checked before anything is taken
 * by it.
 */
final class SavedBytes {
  private final HeapMemory bytes;
  private final Function<String, InvalidSessionException> wrong;
  private int at;

  /**
   * @param wrong the error where they spell something else
   */
  SavedBytes(byte[] bytes, Function<String, InvalidSessionException> wrong) {
    this.bytes = HeapMemory.wrap(bytes);
    this.wrong = wrong;
  }

  int left() {
    return (int) bytes.size() - at;
  }

  /** Asked when all was read. */
  void requireEnd() {
    if (left() != 0) {
      throw wrong.apply("bytes after its end");
    }
  }

  int int32() {
    require(1, 4);
    at += 4;
    return bytes.getInt(at - 4);
  }

  long int64() {
    require(1, 8);
    at += 8;
    return bytes.getLong(at - 8);
  }

  /** As many as a number before them says. */
  int[] ints() {
    int count = int32();
    require(count, 4);
    int[] values = new int[count];
    Arrays.setAll(values, i -> bytes.getInt(at + 4L * i));
    at += 4 * count;
    return values;
  }

  /** As many as a number before them says. */
  long[] longs() {
    int count = int32();
    require(count, 8);
    long[] values = new long[count];
    Arrays.setAll(values, i -> bytes.getLong(at + 8L * i));
    at += 8 * count;
    return values;
  }

  String text() {
    int count = int32();
    require(count, 1);
    byte[] values = new byte[count];
    bytes.getBytes(at, values, 0, count);
    at += count;
    return new String(values, StandardCharsets.UTF_8);
  }

  private void require(int count, int each) {
    if (count < 0 || (long) count * each > left()) {
      throw wrong.apply("a length that reaches beyond its end");
    }
  }
}
