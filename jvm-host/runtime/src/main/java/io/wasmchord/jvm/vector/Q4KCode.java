package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q4_K;
import jdk.incubator.vector.ShortVector;

/** Q4_K: scales and minimums, then 32 words of nibbles. */
final class Q4KCode extends SixBitScalesCode {
  private final int quantsAt;

  Q4KCode(Q4_K format) {
    super(format);
    quantsAt = firstWord("quants");
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    long address = s.address;
    for (int h = 0; h < 4; h++) {
      nibbles(word(address, quantsAt + 8 * h), s.panel.quants, 64 * h * ROWS);
    }
  }

  private static void nibbles(long from, short[] q, int to) {
    for (int u = 0; u < 16; u++) {
      ShortVector v = shorts(from + (long) u * BYTES);
      int at = to + (2 * u - (u & 1)) * ROWS;
      v.and(SHORTS_15).intoArray(q, at);
      shr(v, 8).and(SHORTS_15).intoArray(q, at + 2 * ROWS);
      shr(v, 4).and(SHORTS_15).intoArray(q, at + 32 * ROWS);
      shr(v, 12).intoArray(q, at + 34 * ROWS);
    }
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {s -> dot(word(s.address, quantsAt), x.pairs(), s.at, s.sums)};
  }

  private static void dot(long address, int[] x, int at, short[] sums) {
    long from = address;
    for (int h = 0, out = 0; h < 4; h++, out += 4 * ROWS) {
      ShortVector a = ShortVector.zero(SHORTS);
      ShortVector b = a;
      ShortVector c = a;
      ShortVector d = a;
      for (int i = 0, j = at + 32 * h; i < 8; i++, j += 2, from += 2L * BYTES) {
        ShortVector v = shorts(from);
        ShortVector w = shorts(from + BYTES);
        ShortVector e = Dots.pair(x, j);
        a = a.add(v.and(SHORTS_15).mul(e));
        b = b.add(w.and(SHORTS_15).mul(e));
        e = Dots.pair(x, j + 1);
        a = a.add(shr(v, 8).and(SHORTS_15).mul(e));
        b = b.add(shr(w, 8).and(SHORTS_15).mul(e));
        e = Dots.pair(x, j + 16);
        c = c.add(shr(v, 4).and(SHORTS_15).mul(e));
        d = d.add(shr(w, 4).and(SHORTS_15).mul(e));
        e = Dots.pair(x, j + 17);
        c = c.add(shr(v, 12).mul(e));
        d = d.add(shr(w, 12).mul(e));
      }
      a.intoArray(sums, out);
      b.intoArray(sums, out + ROWS);
      c.intoArray(sums, out + 2 * ROWS);
      d.intoArray(sums, out + 3 * ROWS);
    }
  }
}
