package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.lessBytes;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** IQ4_XS: a word of scales beside their high pairs, 32 words of nibbles that index a table. */
final class Iq4XsCode extends BlockCode {
  private static final int SCALE_BIAS = new IQ4_XS().scales().bias();

  private final TableNibbles nibbles = new TableNibbles(IQ4_NL.TABLE);
  private final int highsAt;
  private final int scalesAt;
  private final int indicesAt;

  Iq4XsCode(IQ4_XS format) {
    super(format, 0);
    highsAt = layout().half(half("high pairs of scales"));
    scalesAt = firstWord("low nibbles of scales");
    indicesAt = firstWord("indices");
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::d, this::fill};
  }

  private void fill(KernelScratch s) {
    IntVector pairs = shorts(s.address + highsAt).reinterpretAsInts();
    for (int v = 0; v < 2; v++) {
      IntVector low = ints(word(s.address, scalesAt) + (long) v * BYTES);
      IntVector high = shr(pairs, 16 * v); // the group's halves are the even and the odd lanes
      for (int four = 0; four < 2; four++) {
        IntVector nibbles = spread(shr(low, 16 * four), 15, 4);
        IntVector highs = spread(shr(high, 8 * four), 3, 6).lanewise(VectorOperators.LSHL, 4);
        lessBytes(nibbles.or(highs), SCALE_BIAS).intoArray(s.panel.scales, four * ROWS + v * LANES);
      }
    }
  }

  /**
   * The lowest four fields of {@code mask}, each moved {@code by} more bits to a byte of its own.
   */
  private static IntVector spread(IntVector bits, int mask, int by) {
    int width = 8 - by;
    return bits.and(mask)
        .or(bits.and(mask << width).lanewise(VectorOperators.LSHL, by))
        .or(bits.and(mask << (2 * width)).lanewise(VectorOperators.LSHL, 2 * by))
        .or(bits.and(mask << (3 * width)).lanewise(VectorOperators.LSHL, 3 * by));
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    for (int g = 0; g < 8; g++) {
      nibbles.unpack(word(s.address, indicesAt + 4 * g), s.panel, 16 * g);
    }
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int g = 0; g < 8; g++) {
          nibbles.large(
              word(s.address, indicesAt + 4 * g), x.pairs(), s.at + 16 * g, s.whole, g * ROWS);
        }
      },
      new Epilogue.ScaledWhole(8)
    };
  }

  @Override
  boolean dotScales() {
    return true;
  }
}
