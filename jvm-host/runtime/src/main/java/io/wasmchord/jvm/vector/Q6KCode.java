package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q6_K;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Q6_K: 4 words of signed scales; then for every 32 bytes of high pairs eight times a word of them
 * and the two words of low nibbles that they belong to, so that memory is read in order.
 */
final class Q6KCode extends BlockCode {
  private static final ShortVector BIAS = ShortVector.broadcast(SHORTS, new Q6_K().quants().bias());
  private static final ShortVector LOW_NIBBLES = ShortVector.broadcast(SHORTS, 0x0F0F);
  private static final ShortVector HIGH_PAIRS = ShortVector.broadcast(SHORTS, 0x3030);
  private static final ShortVector LOW_BYTES = ShortVector.broadcast(SHORTS, 0x00FF);

  // in words, as form() puts them
  private static final int SCALES = 4;
  private static final int TRIPLES = 16;

  Q6KCode(Q6_K format) {
    super(format, 0);
  }

  @Override
  BlockForm form() {
    return Interleaving.of(format());
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::d, this::fill};
  }

  private void fill(KernelScratch s) {
    long from = word(s.address, 0);
    for (int u = 0; u < 8; u++) {
      ints(from + (long) u * BYTES).intoArray(s.panel.scales, u * LANES);
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> pairs(word(s.address, SCALES), s.panel.quants, 0),
      s -> pairs(word(s.address, SCALES + 3 * TRIPLES / 2), s.panel.quants, 128 * ROWS)
    };
  }

  private static void pairs(long from, short[] q, int to) {
    for (int u = 0; u < 16; u++) {
      long word = from + (3L * u - 2 * (u & 1)) * BYTES; // word 3 (u / 2), vector u & 1
      ShortVector h = shorts(word);
      ShortVector v = shorts(word + 2L * BYTES);
      ShortVector w = shorts(word + 4L * BYTES);
      int at = to + (2 * u - (u & 1)) * ROWS;
      ShortVector bytes = v.and(LOW_NIBBLES).or(shl(h, 4).and(HIGH_PAIRS));
      bytes.and(LOW_BYTES).sub(BIAS).intoArray(q, at);
      shr(bytes, 8).sub(BIAS).intoArray(q, at + 2 * ROWS);
      bytes = w.and(LOW_NIBBLES).or(shl(h, 2).and(HIGH_PAIRS));
      bytes.and(LOW_BYTES).sub(BIAS).intoArray(q, at + 32 * ROWS);
      shr(bytes, 8).sub(BIAS).intoArray(q, at + 34 * ROWS);
      bytes = shr(v, 4).and(LOW_NIBBLES).or(h.and(HIGH_PAIRS));
      bytes.and(LOW_BYTES).sub(BIAS).intoArray(q, at + 64 * ROWS);
      shr(bytes, 8).sub(BIAS).intoArray(q, at + 66 * ROWS);
      bytes = shr(w, 4).and(LOW_NIBBLES).or(shr(h, 2).and(HIGH_PAIRS));
      bytes.and(LOW_BYTES).sub(BIAS).intoArray(q, at + 96 * ROWS);
      shr(bytes, 8).sub(BIAS).intoArray(q, at + 98 * ROWS);
    }
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int i = 0; i < 8; i++) { // four words of triples, and which of their low nibbles
          long from = word(s.address, SCALES + 3 * 4 * (i / 2));
          int column = i / 4 * 128 + i / 2 % 2 * 16 + i % 2 * 32;
          int at = s.at + column / 2;
          int group = column / 16 * ROWS;
          dot(from, i % 2, x.pairs(), at, s.whole, group);
          dot(from + BYTES, i % 2, x.pairs(), at, s.whole, group + LANES);
        }
      },
      new Epilogue.ScaledWhole(16)
    };
  }

  @Override
  boolean dotScales() {
    return true;
  }

  /** Sums of 16 columns, and of the 16 that are 64 on; eight products of a lane fit 16 bits. */
  private static void dot(long from, int second, int[] x, int at, int[] sums, int to) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = a;
    for (int i = 0; i < 4; i++) {
      long word = from + 6L * i * BYTES;
      ShortVector h = shr(shorts(word), 2 * second);
      ShortVector v = shorts(word + (2L + 2 * second) * BYTES);
      ShortVector bytes = v.and(LOW_NIBBLES).or(shl(h, 4).and(HIGH_PAIRS));
      a = a.add(bytes.and(LOW_BYTES).sub(BIAS).mul(Dots.pair(x, at + 2 * i)));
      a = a.add(shr(bytes, 8).sub(BIAS).mul(Dots.pair(x, at + 2 * i + 1)));
      bytes = shr(v, 4).and(LOW_NIBBLES).or(h.and(HIGH_PAIRS));
      b = b.add(bytes.and(LOW_BYTES).sub(BIAS).mul(Dots.pair(x, at + 2 * i + 32)));
      b = b.add(shr(bytes, 8).sub(BIAS).mul(Dots.pair(x, at + 2 * i + 33)));
    }
    pairSums(a).intoArray(sums, to);
    pairSums(b).intoArray(sums, to + 4 * ROWS);
  }

  private static ShortVector shl(ShortVector v, int bits) {
    return v.lanewise(VectorOperators.LSHL, bits);
  }
}
