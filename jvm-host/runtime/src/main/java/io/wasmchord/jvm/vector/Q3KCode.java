package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.BYTES_15;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_3;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.lessBytes;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q3_K;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q3_K: eight words of third bits, sixteen of low pairs, three of scales. */
final class Q3KCode extends BlockCode {
  private static final int QUANT_BIAS = new Q3_K().quants().bias();
  private static final IntVector BYTES_3 = IntVector.broadcast(INTS, 0x03030303);
  private static final ShortVector THIRD = ShortVector.broadcast(SHORTS, 1 << 2);
  private static final ShortVector BIAS = ShortVector.broadcast(SHORTS, QUANT_BIAS);
  private static final ShortVector LOW_PAIRS = ShortVector.broadcast(SHORTS, 0x0303);
  private static final ShortVector BITS = ShortVector.broadcast(SHORTS, 0x0101);
  private static final ShortVector LOW_BYTES = ShortVector.broadcast(SHORTS, 0x00FF);
  private static final int SCALE_BIAS = new Q3_K().scales().bias();

  private final int thirdsAt;
  private final int lowAt;
  private final int scalesAt;

  Q3KCode(Q3_K format) {
    super(format, 0);
    thirdsAt = firstWord("third bits");
    lowAt = firstWord("low pairs");
    scalesAt = firstWord("scales");
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::d, this::fill};
  }

  private void fill(KernelScratch s) {
    for (int u = 0; u < 8; u++) { // four groups of one vector of rows
      int v = u & 1;
      int four = u >> 1;
      long from = word(s.address, scalesAt) + (long) v * BYTES;
      IntVector low = shr(ints(from + (four & 1) * 2L * BYTES), 4 * (four >> 1)).and(BYTES_15);
      IntVector high = shr(ints(from + 4L * BYTES), 2 * four).and(BYTES_3);
      IntVector scales = low.or(high.lanewise(VectorOperators.LSHL, 4));
      lessBytes(scales, SCALE_BIAS).intoArray(s.panel.scales, u * LANES);
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    long address = s.address;
    for (int part = 0; part < 2; part++) {
      for (int j = 0; j < 4; j++) {
        pairs(
            word(address, lowAt + 8 * part),
            word(address, thirdsAt),
            2 * j,
            4 * part + j,
            s.panel.quants,
            2 * (64 * part + 16 * j) * ROWS);
      }
    }
  }

  private static void pairs(long from, long thirds, int bit, int third, short[] q, int to) {
    for (int u = 0; u < 16; u++) {
      ShortVector v = shr(shorts(from + (long) u * BYTES), bit);
      ShortVector t = shr(shorts(thirds + (long) u * BYTES), third);
      int at = to + (2 * u - (u & 1)) * ROWS;
      v.and(SHORTS_3).add(high(t)).sub(BIAS).intoArray(q, at);
      shr(v, 8).and(SHORTS_3).add(high(shr(t, 8))).sub(BIAS).intoArray(q, at + 2 * ROWS);
    }
  }

  private static ShortVector high(ShortVector third) {
    return third.lanewise(VectorOperators.LSHL, 2).and(THIRD);
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int u = 0; u < 32; u++) { // a group, and a vector of rows
          int g = u / 2;
          long vector = (long) (u % 2) * BYTES;
          long from = word(s.address, lowAt + g / 8 * 8 + g % 2 * 4) + vector;
          long thirds = word(s.address, thirdsAt + g % 2 * 4) + vector;
          int bit = g / 2 % 4 * 2;
          int less = QUANT_BIAS * x.sums()[first(x, s) + g];
          dot(from, bit, thirds, g / 2, less, x.pairs(), s.at + 8 * g, s.whole, u * LANES);
        }
      },
      new Epilogue.ScaledWhole(16)
    };
  }

  @Override
  boolean dotScales() {
    return true;
  }

  /** The first of the block's sums of activations. */
  private static int first(Activations x, KernelScratch s) {
    return 16 * (x.first() * (x.cols() / 256) + s.block);
  }

  /** Sums of 16 columns; {@code less} is what the biases of their quants make. */
  private static void dot(
      long from, int bit, long thirds, int third, int less, int[] x, int at, int[] sums, int to) {
    ShortVector a = ShortVector.zero(SHORTS);
    for (int i = 0; i < 4; i++) {
      ShortVector low = shr(shorts(from + 2L * i * BYTES), bit).and(LOW_PAIRS);
      ShortVector high = shr(shorts(thirds + 2L * i * BYTES), third).and(BITS);
      ShortVector bytes = low.or(high.lanewise(VectorOperators.LSHL, 2));
      a = a.add(bytes.and(LOW_BYTES).mul(Dots.pair(x, at + 2 * i)));
      a = a.add(shr(bytes, 8).mul(Dots.pair(x, at + 2 * i + 1)));
    }
    pairSums(a).sub(less).intoArray(sums, to);
  }
}
