package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import io.wasmchord.quant.format.ValueTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Blocks of 256 values of which at most 16 differ, each as an index of four bits. Of a group of
 * rows there is first the float scale of each, then four words of 16 integer scales, then 32 words
 * of nibbles as in {@link TableNibbles}.
 */
final class Recoding implements BlockForm {
  static final int GROUP = 16;
  static final int SCALES_AT = 4 * ROWS;
  static final int WORDS_AT = SCALES_AT + 4 * 4 * ROWS;

  private static final int VALUES = 256;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final ScaledFormat format;
  private final byte[] index = new byte[256]; // by value

  Recoding(ScaledFormat format, ValueTable table) {
    this.format = format;
    for (int i = 0; i < table.size(); i++) {
      index[table.value(i) & 0xFF] = (byte) i;
    }
  }

  @Override
  public int blockBytes() {
    return 4 + VALUES / GROUP + VALUES / 2;
  }

  @Override
  public int together() {
    return 1;
  }

  @Override
  public boolean finite() {
    return true; // there are no float16
  }

  @Override
  public void write(Source source, int count, long to) {
    byte[] bytes = new byte[format.bytes()];
    UnpackedBlock block = new UnpackedBlock();
    for (int row = 0; row < ROWS; row++) {
      long from = source.block(row, 0, bytes.length);
      if (from == 0) {
        ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + 4L * row, 0f);
        continue; // zero times whatever is there
      }
      MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, bytes, 0, bytes.length);
      format.unpack(bytes, 0, block);
      ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + 4L * row, block.d());
      scales(block.scale(), to + SCALES_AT + 4L * row);
      words(block.q(), to + WORDS_AT + 4L * row);
    }
  }

  private void scales(int[] scale, long to) {
    int share = format.group() / GROUP;
    for (int four = 0; four < 4; four++) {
      int word = 0;
      for (int g = 3; g >= 0; g--) {
        word = word << 8 | scale[(4 * four + g) / share] & 0xFF;
      }
      ALL.set(INT, to + (long) four * 4 * ROWS, word);
    }
  }

  private void words(byte[] q, long to) {
    for (int w = 0; w < VALUES / 8; w++) {
      int first = w / 4 * 32 + w % 4 * 4;
      int word = 0;
      for (int i = first + 3; i >= first; i--) {
        word = word << 8 | index[q[i + 16] & 0xFF] << 4 | index[q[i] & 0xFF];
      }
      ALL.set(INT, to + (long) w * 4 * ROWS, word);
    }
  }
}
