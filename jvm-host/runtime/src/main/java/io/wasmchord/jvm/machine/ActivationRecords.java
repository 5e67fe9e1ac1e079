package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.Partner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Rows of activations as the kernels read them: a record for each block has all that is known of
 * it.
 *
 * <pre>
 * Q8_K: 256 values, 320 bytes      Q8_0 and Q8_1: 32 values, 40 bytes
 *   0  256 int8 quants               0  32 int8 quants
 * 256   16 int16 sums of 16         32  int32 their sum; of Q8_1 float32 the scaled sum
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

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
    return format != Partner.FLOATS;
  }

  /** Room for {@code rows} rows of a form that {@link #has} records. */
  public static ActivationRecords allocate(Partner format, int rows, int cols) {
    return new ActivationRecords(format, rows, cols);
  }

  /** Whether blocks have 32 values, not 256. */
  boolean blocks32() {
    return format != Partner.Q8_K;
  }

  /** Where a block's record is, of all rows. */
  long block(long block) {
    return memory.address() + block * bytes();
  }

  /** Whether there is room for so many rows. */
  public boolean holds(int rows, int cols) {
    return memory.byteSize() >= (long) rows * cols / format.blockValues() * bytes();
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
   * Writes a block of 256.
   *
   * @param block its number among those of all rows
   * @param quants its values, each of -127 to 127
   * @param sums of 16 of them each, from {@code first} on
   * @param scale its scale
   */
  public void write256(int block, int[] quants, int[] sums, int first, float scale) {
    byte[] record = record(quants, 256);
    for (int g = 0; g < 16; g++) {
      SHORT.set(record, SUMS_16 + 2 * place(g), (short) sums[first + g]);
    }
    for (int g = 0; g < 8; g++) {
      int sum = sums[first + 2 * g] + sums[first + 2 * g + 1];
      SHORT.set(record, SUMS_32 + 2 * place(g), (short) sum);
    }
    INT.set(record, SCALE_256, Float.floatToRawIntBits(scale));
    store(block, record);
  }

  /**
   * Writes a block of 32.
   *
   * @param block its number among those of all rows
   * @param quants its values, each of -127 to 127
   * @param sum of them; of Q8_1 the bits of the float that it has for them
   * @param scale its scale
   */
  public void write32(int block, int[] quants, int sum, float scale) {
    byte[] record = record(quants, 32);
    INT.set(record, SUM_32, sum);
    INT.set(record, SCALE_32, Float.floatToRawIntBits(scale));
    store(block, record);
  }

  private byte[] record(int[] quants, int n) {
    byte[] record = new byte[bytes()]; // copied at once: single bytes of a segment are slow
    for (int i = 0; i < n; i++) {
      record[i] = (byte) quants[i];
    }
    return record;
  }

  private void store(int block, byte[] record) {
    MemorySegment.copy(
        record, 0, memory, ValueLayout.JAVA_BYTE, (long) block * record.length, record.length);
  }

  /** Of four: 0, 2, 1, 3. */
  private static int place(int group) {
    return (group & ~3) | (group & 1) << 1 | (group & 2) >> 1;
  }
}
