package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.Field;
import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
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
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import jdk.incubator.vector.ShortVector;

/** Takes apart the interleaved blocks of a group of rows, one format each, in stages. */
abstract class BlockCode {
  private final IntegerFormat format;
  private final BlockLayout layout;
  private final int bias;
  private final int group;
  private final int step;

  /**
   * @param bias what {@link #quants} and {@link #dot} leave on every quant: the format's, or 0
   */
  BlockCode(IntegerFormat format, int bias) {
    this(format, bias, format.group());
  }

  /**
   * @param group columns that share an integer scale in the panel; at most the format's
   */
  BlockCode(IntegerFormat format, int bias, int group) {
    this.format = format;
    this.layout = BlockLayout.of(format, ROWS);
    this.bias = bias;
    this.group = group;
    int largest = Math.max(format.quants().most() + bias, -(format.quants().least() + bias));
    int fitting = Integer.highestOneBit(Short.MAX_VALUE / (Partner.LARGEST * largest));
    this.step = Math.min(fitting, group / 2);
  }

  /** A format's code. */
  static BlockCode of(IntegerFormat format) {
    return switch (format) {
      case Q4_0 f -> new Q40Code(f);
      case Q4_1 f -> new Q41Code(f);
      case Q5_0 f -> new Q50Code(f);
      case Q5_1 f -> new Q51Code(f);
      case Q8_0 f -> new Q80Code(f);
      case IQ4_NL f -> new Iq4NlCode(f);
      case MXFP4 f -> new Mxfp4Code(f);
      case Q2_K f -> new Q2KCode(f);
      case Q3_K f -> new Q3KCode(f);
      case Q4_K f -> new Q4KCode(f);
      case Q5_K f -> new Q5KCode(f);
      case Q6_K f -> new Q6KCode(f);
      case IQ4_XS f -> new Iq4XsCode(f);
      case IQ2_XXS f -> GridCode.of(f);
      case IQ2_XS f -> GridCode.of(f);
      case IQ2_S f -> GridCode.of(f);
      case IQ3_XXS f -> GridCode.of(f);
      case IQ3_S f -> GridCode.of(f);
      case IQ1_S f -> new TernaryCode(f);
      case IQ1_M f -> new TernaryCode(f);
      case TQ1_0 f -> new FewBitsCode(f, 2);
      case TQ2_0 f -> new FewBitsCode(f, 2);
      case NVFP4 f -> new Nvfp4Code(f);
      case Q1_0 f -> new FewBitsCode(f, 1);
      case Q2_0 f -> new FewBitsCode(f, 2);
    };
  }

  final IntegerFormat format() {
    return format;
  }

  final BlockLayout layout() {
    return layout;
  }

  /** Columns that share an integer scale, or the block. */
  final int group() {
    return group;
  }

  /** Pairs of products that fit 16 bits, in a group. */
  final int step() {
    return step;
  }

  /** Whether there are minimums or offsets. */
  final boolean minimum() {
    return format.lowered();
  }

  /** Values in a block of the activations; a format's own may be longer. */
  final int values() {
    return format.partner().blockValues();
  }

  /** What {@link #quants} leaves on every quant. */
  final int bias() {
    return bias;
  }

  /** How blocks lie where this reads them: in the file's order by default. */
  BlockForm form() {
    return Interleaving.of(format);
  }

  /** Fills the panel's scales of the {@code blocks} blocks at the scratch's address. */
  abstract Stage[] scales();

  /** Those of the scales that {@link #dot} and what comes after it want: all, by default. */
  Stage[] scalesOfDot() {
    return scales();
  }

  /** Fills the panel's quants of those blocks. */
  abstract Stage[] quants();

  /**
   * Sums of those blocks' products with the one row of activations {@code x}, without a panel; none
   * where the format has no such way. Blocks of 32 leave {@link KernelScratch#whole}, others {@link
   * KernelScratch#sums} as {@link Dots#one} does.
   */
  Stage[] dot(Activations x) {
    return new Stage[0];
  }

  /** Makes what {@link #dot} wants to know of the whole row of activations. */
  void prepare(Activations x, KernelScratch s) {}

  /** Whether {@link #dot} leaves {@link KernelScratch#scaled} instead. */
  boolean dotScales() {
    return false;
  }

  /** Fills the panel's float scales. */
  void d(KernelScratch s) {
    halves(s, s.address, s.panel.d);
  }

  /** Fills the panel's scales of minimums, or offsets. */
  final void dMin(KernelScratch s) {
    halves(s, s.address + BYTES, s.panel.dMin);
  }

  private void halves(KernelScratch s, long address, float[] dst) {
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

  /** The first word of a field in the file's block. */
  final int firstWord(String field) {
    return Interleaving.firstWord(format, layout, field);
  }

  /** Where a 16-bit field stands among those of its block. */
  final int half(String field) {
    int from = field(field).at() - layout.halvesAt();
    if (from < 0 || from / 2 >= layout.halves()) {
      throw new IllegalArgumentException(format + " has no 16-bit field " + field);
    }
    return from / 2;
  }

  private Field field(String name) {
    return format.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(format + " has no field " + name));
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
}
