package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.quant.format.Q4_0;
import io.wasmchord.quant.format.Q4_1;
import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.quant.format.Q5_0;
import io.wasmchord.quant.format.Q5_1;
import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.quant.format.Q8_0;
import java.util.stream.IntStream;
import jdk.incubator.vector.ShortVector;
import org.jspecify.annotations.Nullable;

/** Takes apart the interleaved blocks of a group of rows, one format each, in stages. */
abstract class BlockCode {
  private static final short[] NONLINEAR = nonlinear();

  private final IntegerFormat format;
  private final BlockLayout layout;
  private final int bias;
  private final int step;

  /**
   * @param bias what {@link #quants} and {@link #dot} leave on every quant: the format's, or 0
   */
  BlockCode(IntegerFormat format, int bias) {
    this.format = format;
    this.layout = BlockLayout.of(format, ROWS);
    this.bias = bias;
    int largest = Math.max(format.quants().most() + bias, -(format.quants().least() + bias));
    int fitting = Integer.highestOneBit(Short.MAX_VALUE / (Partner.LARGEST * largest));
    this.step = Math.min(fitting, format.group() / 2);
  }

  /** A format's code, or null where it has none: weights of that format are refused. */
  static @Nullable BlockCode of(IntegerFormat format) {
    return switch (format) {
      case Q4_0 f -> new Blocks32.FourBits(f, f.quants().bias());
      case Q4_1 f -> new Blocks32.FourBits(f, 0);
      case Q5_0 f -> new Blocks32.FiveBits(f);
      case Q5_1 f -> new Blocks32.FiveBits(f);
      case Q8_0 f -> new Blocks32.EightBits(f);
      case IQ4_NL f -> new Blocks32.NonLinear(f);
      case MXFP4 _ -> null;
      case Q2_K f -> new LowBits256.TwoBits(f);
      case Q3_K f -> new LowBits256.ThreeBits(f);
      case Q4_K f -> new Blocks256.FourBits(f);
      case Q5_K f -> new Blocks256.FiveBits(f);
      case Q6_K f -> new Blocks256.SixBits(f);
      case IQ4_XS f -> new LowBits256.NonLinear(f);
    };
  }

  /**
   * The code of a format that is known to have one.
   *
   * @throws IllegalArgumentException when it has none; {@link VectorBackend#supports} says so first
   */
  static BlockCode require(IntegerFormat format) {
    BlockCode code = of(format);
    if (code == null) {
      throw new IllegalArgumentException("there are no vector kernels of " + format);
    }
    return code;
  }

  final IntegerFormat format() {
    return format;
  }

  final BlockLayout layout() {
    return layout;
  }

  /** Columns that share an integer scale, or the block. */
  final int group() {
    return format.group();
  }

  /** Pairs of products that fit 16 bits, in a group. */
  final int step() {
    return step;
  }

  /** Whether there are minimums or offsets. */
  final boolean minimum() {
    return format.lowered();
  }

  final int values() {
    return format.values();
  }

  /** What {@link #quants} and {@link #dot} leave on every quant. */
  final int bias() {
    return bias;
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
    short[] values = new short[IQ4_NL.TABLE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = IQ4_NL.TABLE.value(i);
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
