package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;

/**
 * Blocks whose values are few: each as a field of 1, 2 or 4 bits. A format's own block, which may
 * be longer, becomes one block of the activations or several. Of a panel's blocks there are first
 * the float scales, one for each row; then the fields of each. Blocks with integer scales have four
 * words of them before their fields.
 *
 * <p>32 values are as many words as a field has bits: field f of byte i of word w is value {@code 4
 * (words * f + w) + i}.
 */
final class Recoding implements BlockForm {
  /** Values that share an integer scale. */
  static final int GROUP = 16;

  private static final int SCALE_WORDS = 4;
  private static final int UNIT = 32;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final IntegerFormat format;
  private final int values;
  private final int parts;
  private final int bits;
  private final boolean scaled;
  private final byte[] fields = new byte[256]; // by value

  /**
   * @param bits of a field
   * @param scaled whether integer scales are kept
   * @param value the value that a field stands for
   */
  Recoding(IntegerFormat format, int bits, boolean scaled, IntUnaryOperator value) {
    this.format = format;
    this.values = format.partner().blockValues();
    this.parts = format instanceof PartedFormat parted ? Math.max(1, values / parted.part()) : 1;
    this.bits = bits;
    this.scaled = scaled;
    for (int field = 0; field < 1 << bits; field++) {
      fields[value.applyAsInt(field) & 0xFF] = (byte) field;
    }
  }

  /** Float scales of a block. */
  int parts() {
    return parts;
  }

  /** Where a block's integer scales are, behind the scales of so many blocks. */
  long scales(int count, int block) {
    return 4L * ROWS * ((long) count * parts + (long) block * words());
  }

  /** Where a block's fields are. */
  long fields(int count, int block) {
    return scales(count, block) + (scaled ? 4L * ROWS * SCALE_WORDS : 0);
  }

  private int words() {
    return values * bits / 32 + (scaled ? SCALE_WORDS : 0);
  }

  @Override
  public int values() {
    return values;
  }

  @Override
  public int blockBytes() {
    return 4 * (parts + words());
  }

  @Override
  public int together() {
    return Panel.COLUMNS / values;
  }

  @Override
  public boolean finite() {
    return true; // there are no float16
  }

  @Override
  public void write(Source source, int count, long to) {
    byte[] bytes = new byte[format.bytes()];
    UnpackedBlock unpacked = new UnpackedBlock();
    int blocks = format.values() / values; // in one of the format's
    for (int row = 0; row < ROWS; row++) {
      for (int b = 0; b < count; b++) {
        if (row < source.rows() && b % blocks == 0) {
          long from = source.block(row, b / blocks, bytes.length);
          MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, bytes, 0, bytes.length);
          format.unpack(bytes, 0, unpacked);
        }
        if (row < source.rows()) {
          d(unpacked, b % blocks, to + 4L * ROWS * b * parts + 4L * row);
          if (scaled) {
            scales(unpacked.scale(), to + scales(count, b) + 4L * row);
          }
          fields(unpacked.q(), b % blocks * values, to + fields(count, b) + 4L * row);
        } else {
          clear(to + 4L * ROWS * b * parts + 4L * row);
        }
      }
    }
  }

  /** Scales of zero; what they are multiplied with does not matter. */
  private void clear(long to) {
    for (int part = 0; part < parts; part++) {
      ALL.set(INT, to + 4L * ROWS * part, 0);
    }
  }

  private void d(UnpackedBlock unpacked, int block, long to) {
    for (int part = 0; part < parts; part++) {
      float d = format instanceof PartedFormat ? unpacked.d(block * parts + part) : unpacked.d();
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + 4L * ROWS * part, d);
    }
  }

  private void scales(int[] scale, long to) {
    int share = format.group() / GROUP;
    for (int four = 0; four < SCALE_WORDS; four++) {
      int word = 0;
      for (int g = 3; g >= 0; g--) {
        word = (word << 8) | (scale[(4 * four + g) / share] & 0xFF);
      }
      ALL.set(INT, to + 4L * ROWS * four, word);
    }
  }

  private void fields(byte[] q, int from, long to) {
    for (int w = 0; w < values * bits / 32; w++) {
      int first = from + w / bits * UNIT + w % bits * 4;
      int word = 0;
      for (int f = 8 / bits - 1; f >= 0; f--) {
        for (int i = 3; i >= 0; i--) {
          word |= fields[q[first + 4 * bits * f + i] & 0xFF] << (8 * i + bits * f);
        }
      }
      ALL.set(INT, to + 4L * ROWS * w, word);
    }
  }
}
