package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.Partner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of activations as the kernels read them: a record for each block has all that is known of
 * it.
 *
 * <pre>
 * Q8_K: 256 values, 320 bytes      Q8_0: 32 values, 40 bytes
 *   0  256 int8 quants               0  32 int8 quants
 * 256   16 int16 sums of 16         32  int32 their sum
 * 288    8 int16 sums of 32         36  float32 scale
 * 304  float32 scale
 * </pre>
 *
 * Of every four sums the first and third stand before the second and fourth, as the even and the
 * odd bytes of a word come apart.
 */
public final class ActivationRecords {
  static final int SUMS_16 = 256;
  static final int SUMS_32 = 288;
  static final int SCALE_256 = 304;
  static final int BYTES_256 = 320;
  static final int SUM_32 = 32;
  static final int SCALE_32 = 36;
  static final int BYTES_32 = 40;

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final Partner format;
  private final MemorySegment memory;
  private final long stride;

  private ActivationRecords(Partner format, int rows, int cols) {
    this.format = format;
    this.stride = (long) cols / format.blockValues() * bytes();
    this.memory = Arena.ofAuto().allocate(Math.max(1, Math.multiplyExact(rows, stride)), 64);
  }

  /** Whether the kernels have records of this form. */
  public static boolean has(Partner format) {
    return format == Partner.Q8_K || format == Partner.Q8_0;
  }

  /** Room for {@code rows} rows of a form that {@link #has} records. */
  public static ActivationRecords allocate(Partner format, int rows, int cols) {
    return new ActivationRecords(format, rows, cols);
  }

  private int bytes() {
    return format == Partner.Q8_K ? BYTES_256 : BYTES_32;
  }

  /** Bytes from a row to the next. */
  long stride() {
    return stride;
  }

  /** Where a row begins. */
  long address(int row) {
    return memory.address() + row * stride;
  }

  /**
   * Writes a block.
   *
   * @param block its number among those of all rows
   * @param quants its values, each of -127 to 127
   * @param scale its scale
   */
  public void write(int block, int[] quants, float scale) {
    long at = (long) block * bytes();
    int n = format.blockValues();
    for (int i = 0; i < n; i++) {
      memory.set(ValueLayout.JAVA_BYTE, at + i, (byte) quants[i]);
    }
    if (n == 32) {
      memory.set(INT, at + SUM_32, sum(quants, 0, 32));
      memory.set(FLOAT, at + SCALE_32, scale);
      return;
    }
    for (int g = 0; g < 16; g++) {
      memory.set(SHORT, at + SUMS_16 + 2 * place(g), (short) sum(quants, 16 * g, 16));
    }
    for (int g = 0; g < 8; g++) {
      memory.set(SHORT, at + SUMS_32 + 2 * place(g), (short) sum(quants, 32 * g, 32));
    }
    memory.set(FLOAT, at + SCALE_256, scale);
  }

  /** Of four: 0, 2, 1, 3. */
  private static int place(int group) {
    return (group & ~3) | (group & 1) << 1 | (group & 2) >> 1;
  }

  private static int sum(int[] quants, int from, int n) {
    int sum = 0;
    for (int i = from; i < from + n; i++) {
      sum += quants[i];
    }
    return sum;
  }
}
