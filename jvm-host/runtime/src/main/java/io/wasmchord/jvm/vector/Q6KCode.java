package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.ints;
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
    return new Interleaving(format(), layout(), order());
  }

  private int[] order() {
    int[] order = new int[layout().words()];
    for (int i = 0; i < SCALES; i++) {
      order[i] = firstWord("scales") + i;
    }
    for (int i = 0; i < TRIPLES; i++) {
      int to = SCALES + 3 * i;
      int low = firstWord("low nibbles") + i / 8 * 16 + i % 8;
      order[to] = firstWord("high pairs") + i;
      order[to + 1] = low;
      order[to + 2] = low + 8;
    }
    return order;
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

  private static ShortVector shl(ShortVector v, int bits) {
    return v.lanewise(VectorOperators.LSHL, bits);
  }
}
