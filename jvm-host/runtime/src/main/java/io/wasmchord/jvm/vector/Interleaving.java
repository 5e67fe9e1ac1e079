package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.BYTES;
import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.jvm.machine.PackingKernel;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.BlockFormat;
import io.wasmchord.quant.format.Field;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Q6_K;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The file's bytes in another order: interleaved as {@link BlockLayout} says, 16-bit fields in the
 * order of {@link Width#row}. Of blocks of 32 the 16-bit and 8-bit fields of a whole panel come
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
  private final @Nullable PackingKernel machine;
  private final AtomicBoolean special = new AtomicBoolean();

  /**
   * @param order of the words of a block, as the kernels want to read them
   */
  Interleaving(BlockFormat format, BlockLayout layout, int... order) {
    this(format, layout, null, order);
  }

  private Interleaving(
      BlockFormat format, BlockLayout layout, @Nullable PackingKernel machine, int... order) {
    this.machine = machine;
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

  /** The form of a format's blocks, in the order in which words are used. */
  static Interleaving of(IntegerFormat format) {
    BlockLayout layout = BlockLayout.of(format, ROWS);
    int[] order =
        format instanceof Q6_K q6
            ? triples(q6, layout)
            : IntStream.range(0, layout.words()).toArray();
    return new Interleaving(format, layout, MachineKernels.packing(format, layout, order), order);
  }

  /** The first word of a field in the file's block. */
  static int firstWord(IntegerFormat format, BlockLayout layout, String name) {
    Field field =
        format.fields().stream()
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(format + " has no field " + name));
    int from = field.at() - layout.wordsAt();
    if (from < 0 || from % 4 != 0 || from / 4 >= layout.words()) {
      throw new IllegalArgumentException(format + " has no words of " + name);
    }
    return from / 4;
  }

  /** Scales, then every word of high pairs of bits with the words of low nibbles that it has. */
  private static int[] triples(Q6_K format, BlockLayout layout) {
    int scales = firstWord(format, layout, "scales");
    int high = firstWord(format, layout, "high pairs");
    int low = firstWord(format, layout, "low nibbles");
    IntStream first = IntStream.range(scales, scales + 4);
    IntStream rest =
        IntStream.range(0, 16)
            .flatMap(i -> {
              int nibbles = low + i / 8 * 16 + i % 8;
              return IntStream.of(high + i, nibbles, nibbles + 8);
            });
    return IntStream.concat(first, rest).toArray();
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
    if (machine != null && source.rows() == ROWS) {
      if (!machine.run(source.address(), source.rowBytes(), count, to)) {
        special.set(true);
      }
      return;
    }
    int front = front(layout);
    for (int b = 0; b < count; b++) {
      long halves = to + (long) b * front;
      long octets = halves + (long) layout.halves() * BYTES;
      long words = to + (long) count * front + (long) b * layout.words() * 2 * BYTES;
      for (int lane = 0; lane < ROWS; lane++) {
        int row = Width.row(lane);
        long from = source.block(row, b, layout.blockBytes());
        halves(from == 0 ? 0 : from + layout.halvesAt(), halves + 2L * lane);
        octets(from == 0 ? 0 : from + layout.octetsAt(), octets + row);
        words(from == 0 ? 0 : from + layout.wordsAt(), words + 4L * row);
      }
    }
  }

  private void look(short half) {
    if ((half & EXPONENT) == EXPONENT) {
      special.set(true); // or an integer that looks so: that only costs time
    }
  }

  private void halves(long from, long to) {
    for (int h = 0; h < layout.halves(); h++) {
      short half = from == 0 ? 0 : ALL.get(SHORT, from + 2L * h);
      ALL.set(SHORT, to + (long) h * BYTES, half);
      look(half);
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
