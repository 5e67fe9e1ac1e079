package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.Iq4Values;
import io.wasmchord.quant.TensorType;
import java.util.stream.IntStream;
import jdk.incubator.vector.ShortVector;

/** Takes apart the interleaved blocks of a group of rows, one format each, in stages. */
abstract class BlockCode {
  private static final short[] NONLINEAR = nonlinear();

  private final TensorType type;
  private final BlockLayout layout;
  private final int group;
  private final int step;
  private final boolean minimum;

  /**
   * @param group columns that share an integer scale, or the block
   * @param step pairs of products that fit 16 bits; the ranges are in {@code docs/arithmetic.md}
   * @param minimum whether there are minimums or offsets
   */
  BlockCode(TensorType type, int group, int step, boolean minimum) {
    this.type = type;
    this.layout = BlockLayout.of(type, ROWS);
    this.group = group;
    this.step = step;
    this.minimum = minimum;
  }

  static BlockCode of(TensorType type) {
    return type.blockElements() == 32 ? Blocks32.of(type) : Blocks256.of(type);
  }

  final TensorType type() {
    return type;
  }

  final BlockLayout layout() {
    return layout;
  }

  final int group() {
    return group;
  }

  final int step() {
    return step;
  }

  final boolean minimum() {
    return minimum;
  }

  final int values() {
    return type.blockElements();
  }

  /** What {@link #quants} and {@link #dot} leave on every quant of a block of 32. */
  int bias() {
    return 0;
  }

  /** The file's words in the order in which they are interleaved; as they stand by default. */
  int[] order() {
    return IntStream.range(0, layout.words()).toArray();
  }

  /** Fills the panel's scales of the {@code blocks} blocks at the scratch's address. */
  abstract Stage[] scales();

  /** Fills the panel's quants of those blocks. */
  abstract Stage[] quants();

  /**
   * Sums of those blocks' products with the one row of activations {@code x}, without a panel; none
   * where the format has no such way. Blocks of 32 leave {@link Scratch#whole}, others {@link
   * Scratch#sums} as {@link Dots#one} does.
   */
  Stage[] dot(int[] x) {
    return new Stage[0];
  }

  /** Fills the panel's float scales. */
  final void d(Scratch s) {
    halves(s, s.address, s.panel.d);
  }

  /** Fills the panel's scales of minimums, or offsets. */
  final void dMin(Scratch s) {
    halves(s, s.address + BYTES, s.panel.dMin);
  }

  private void halves(Scratch s, long address, float[] dst) {
    int step = layout.halves() * BYTES;
    if (s.finite) {
      for (int j = 0; j < s.blocks; j++) {
        Lanes.storeFiniteHalves(address + (long) j * step, dst, j * ROWS);
      }
    } else {
      for (int j = 0; j < s.blocks; j++) {
        Lanes.storeHalves(address + (long) j * step, dst, j * ROWS);
      }
    }
  }

  /** Address of the two vectors of word {@code index}. */
  final long word(long address, int index) {
    return address + layout.word(index);
  }

  /**
   * Unpacks words of nibbles: of word i the low ones are columns 4i on from pair {@code low}, the
   * high ones from pair {@code high}.
   */
  static void nibbles(long address, int words, Panel panel, int low, int high) {
    short[] q = panel.quants;
    for (int u = 0; u < 2 * words; u++) {
      ShortVector v = shorts(address + (long) u * BYTES);
      int at = (2 * u - (u & 1)) * ROWS; // pair 2 (u / 2), vector u & 1
      int l = at + 2 * low * ROWS;
      int h = at + 2 * high * ROWS;
      v.and(SHORTS_15).intoArray(q, l);
      shr(v, 8).and(SHORTS_15).intoArray(q, l + 2 * ROWS);
      shr(v, 4).and(SHORTS_15).intoArray(q, h);
      shr(v, 12).intoArray(q, h + 2 * ROWS);
    }
  }

  private static short[] nonlinear() {
    short[] values = new short[16];
    for (int i = 0; i < values.length; i++) {
      values[i] = Iq4Values.of(i);
    }
    return values;
  }

  /** Replaces indices into the table of the non-linear formats by its values. */
  static void lookUp(Panel panel, int pair, int pairs) {
    short[] quants = panel.quants;
    for (int i = Panel.pair(pair, 0); i < Panel.pair(pair + pairs, 0); i++) {
      quants[i] = NONLINEAR[quants[i]];
    }
  }
}
