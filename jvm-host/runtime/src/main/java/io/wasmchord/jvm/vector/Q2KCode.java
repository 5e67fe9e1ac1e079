package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.BYTES_15;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_3;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q2_K;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** Q2_K: four words of scales and minimums, sixteen of quants. */
final class Q2KCode extends BlockCode {
  private final int scalesAt;
  private final int quantsAt;

  Q2KCode(Q2_K format) {
    super(format, 0);
    scalesAt = firstWord("scales and minimums");
    quantsAt = firstWord("quants");
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::d, this::dMin, this::fill};
  }

  private void fill(KernelScratch s) {
    long from = word(s.address, scalesAt);
    for (int u = 0; u < 8; u++) {
      IntVector word = ints(from + (long) u * BYTES);
      word.and(BYTES_15).intoArray(s.panel.scales, u * LANES);
      shr(word, 4).and(BYTES_15).intoArray(s.panel.minimums, u * LANES);
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
        long from = word(address, quantsAt + 8 * part);
        pairs(from, 2 * j, s.panel.quants, 2 * (64 * part + 16 * j) * ROWS);
      }
    }
  }

  private static void pairs(long from, int bit, short[] q, int to) {
    for (int u = 0; u < 16; u++) {
      ShortVector v = shr(shorts(from + (long) u * BYTES), bit);
      int at = to + (2 * u - (u & 1)) * ROWS;
      v.and(SHORTS_3).intoArray(q, at);
      shr(v, 8).and(SHORTS_3).intoArray(q, at + 2 * ROWS);
    }
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int i = 0; i < 4; i++) { // four words
          long from = word(s.address, quantsAt + 4 * i);
          int at = s.at + i / 2 * 64 + i % 2 * 8;
          int group = (i / 2 * 8 + i % 2) * ROWS;
          dot(from, x.pairs(), at, s.whole, group);
          dot(from + BYTES, x.pairs(), at, s.whole, group + LANES);
        }
      },
      new Epilogue.ScaledWhole(16)
    };
  }

  @Override
  boolean dotScales() {
    return true;
  }

  /** Sums of four times 16 columns, each 32 on. */
  private static void dot(long from, int[] x, int at, int[] sums, int to) {
    for (int f = 0; f < 4; f++) {
      ShortVector a = ShortVector.zero(SHORTS);
      for (int i = 0; i < 4; i++) {
        int pair = at + 16 * f + 2 * i;
        ShortVector v = shr(shorts(from + 2L * i * BYTES), 2 * f);
        a = a.add(v.and(SHORTS_3).mul(Dots.pair(x, pair)));
        a = a.add(shr(v, 8).and(SHORTS_3).mul(Dots.pair(x, pair + 1)));
      }
      pairSums(a).intoArray(sums, to + 2 * f * ROWS);
    }
  }
}
