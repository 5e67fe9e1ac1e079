package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.PartedFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Blocks whose values are few: each as a field of 1, 2 or 4 bits. A format's own block, which may
 * be longer, becomes one block of the activations or several. Of a panel's blocks there are first
 * the float scales, one for each row; blocks that share one have it once. Then come the integer
 * scales and the fields of each.
 */
abstract class Recoding implements BlockForm {
  private final IntegerFormat format;
  private final int values;
  private final int parts;
  private final int sharing; // blocks with one float scale
  private final int bits;
  private final int scaleWords;

  /**
   * @param bits of a field
   * @param scaleWords words of integer scales of a block and row
   */
  Recoding(IntegerFormat format, int bits, int scaleWords) {
    this.format = format;
    this.values = format.partner().blockValues();
    int part = format instanceof PartedFormat parted ? parted.part() : format.values();
    this.parts = Math.max(1, values / part);
    this.sharing = parts == 1 ? format.values() / values : 1;
    this.bits = bits;
    this.scaleWords = scaleWords;
  }

  final int bits() {
    return bits;
  }

  /** Parts of a block with a float scale each. */
  final int parts() {
    return parts;
  }

  private int floats(int count) {
    return count / sharing * parts;
  }

  /** Which of a panel's float scales belongs to a part. */
  final int floatOf(int part) {
    return part / sharing;
  }

  /** Where a block's integer scales are, behind the scales of so many blocks. */
  final long scales(int count, int block) {
    return 4L * ROWS * (floats(count) + (long) block * words());
  }

  /** Where a block's fields are. */
  final long fields(int count, int block) {
    return scales(count, block) + 4L * ROWS * scaleWords;
  }

  private int words() {
    return values * bits / 32 + scaleWords;
  }

  @Override
  public final int values() {
    return values;
  }

  @Override
  public final int blockBytes() {
    return 4 * words() + 4 * parts / sharing;
  }

  @Override
  public final int together() {
    return Panel.COLUMNS / values;
  }

  @Override
  public final boolean finite() {
    return true; // there are no float16
  }

  /** Writes the integer scales of a row. */
  abstract void scales(UnpackedBlock block, int row, long to);

  /** Writes a row's fields of the values from {@code from} on. */
  abstract void fields(byte[] q, int from, int row, long to);

  @Override
  public final void write(Source source, int count, long to) {
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
        d(row < source.rows() ? unpacked : null, b, blocks, to + 4L * row);
        if (row < source.rows()) {
          scales(unpacked, row, to + scales(count, b));
          fields(unpacked.q(), b % blocks * values, row, to + fields(count, b));
        }
      }
    }
  }

  /** Scales of zero where there is no row; what they are multiplied with does not matter. */
  private void d(@Nullable UnpackedBlock unpacked, int block, int blocks, long to) {
    for (int part = 0; part < parts; part++) {
      float d = 0;
      if (unpacked != null) {
        boolean parted = format instanceof PartedFormat;
        d = parted ? unpacked.d(block % blocks * parts + part) : unpacked.d();
      }
      long at = to + 4L * ROWS * floatOf(block * parts + part);
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, d);
    }
  }
}
