package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.BlockFormat;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * The file's bytes in another order: interleaved as {@link BlockLayout} says, 16-bit fields in the
 * order of {@link Lanes#row}. Of blocks of 32 the 16-bit and 8-bit fields of a whole panel come
 * first, so that memory is read in order.
 */
final class Interleaving implements BlockForm {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int EXPONENT = 0x7C00;

  private final BlockLayout layout;
  private final int[] order;
  private final int together;
  private final int values;
  private final AtomicBoolean special = new AtomicBoolean();

  /**
   * @param order of the words of a block, as the kernels want to read them
   */
  Interleaving(BlockFormat format, BlockLayout layout, int... order) {
    this.layout = layout;
    this.values = format.values();
    this.order = order.length == 0 ? IntStream.range(0, layout.words()).toArray() : order;
    this.together =
        switch (format.values()) {
          case 1 -> Integer.MAX_VALUE; // either halves or words
          case 32 -> Panel.COLUMNS / 32;
          default -> 1;
        };
  }

  /** Bytes of a block's fields before its words, of all rows. */
  static int front(BlockLayout layout) {
    return layout.halves() * BYTES + layout.octets() * ROWS;
  }

  /** The file's words in the order in which they are written. */
  int[] order() {
    return order.clone();
  }

  @Override
  public int values() {
    return values;
  }

  @Override
  public int blockBytes() {
    return layout.blockBytes();
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public boolean finite() {
    return !special.get();
  }

  @Override
  public void write(Source source, int count, long to) {
    int front = front(layout);
    for (int b = 0; b < count; b++) {
      long halves = to + (long) b * front;
      long octets = halves + (long) layout.halves() * BYTES;
      long words = to + (long) count * front + (long) b * layout.words() * 2 * BYTES;
      for (int lane = 0; lane < ROWS; lane++) {
        int row = Lanes.row(lane);
        long from = source.block(row, b, layout.blockBytes());
        halves(from == 0 ? 0 : from + layout.halvesAt(), halves + 2L * lane);
        octets(from == 0 ? 0 : from + layout.octetsAt(), octets + row);
        words(from == 0 ? 0 : from + layout.wordsAt(), words + 4L * row);
      }
    }
  }

  private void halves(long from, long to) {
    for (int h = 0; h < layout.halves(); h++) {
      short half = from == 0 ? 0 : ALL.get(SHORT, from + 2L * h);
      ALL.set(SHORT, to + (long) h * BYTES, half);
      if ((half & EXPONENT) == EXPONENT) {
        special.set(true); // or an integer that looks so: that only costs time
      }
    }
  }

  private void octets(long from, long to) {
    for (int i = 0; i < layout.octets(); i++) {
      byte octet = from == 0 ? 0 : ALL.get(ValueLayout.JAVA_BYTE, from + i);
      ALL.set(ValueLayout.JAVA_BYTE, to + (long) i * ROWS, octet);
    }
  }

  private void words(long from, long to) {
    for (int w = 0; w < order.length; w++) {
      ALL.set(INT, to + (long) w * 4 * ROWS, from == 0 ? 0 : ALL.get(INT, from + 4L * order[w]));
    }
  }
}
