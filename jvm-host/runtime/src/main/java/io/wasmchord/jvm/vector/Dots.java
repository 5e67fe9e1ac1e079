package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Exact sums of products of a panel's quants and activations, chunk by chunk of columns whose
 * products fit 16 bits.
 */
final class Dots {
  private Dots() {}

  /** Of the panel and one row of activations. */
  record One(Activations x, int step, int blockPairs) implements Stage {
    @Override
    public void run(KernelScratch s) {
      one(s.panel.quants, x.pairs(), s.at, s.blocks * blockPairs, step, s.sums, 0);
    }
  }

  /** Of the panel and a tile of rows of activations. */
  record Four(Activations x, int step, int blockPairs) implements Stage {
    @Override
    public void run(KernelScratch s) {
      four(s.panel.quants, x.pairs(), s.at, x.cols() / 2, s.blocks * blockPairs, step, s.sums);
    }
  }

  /** A pair of activations in every 32-bit lane. */
  static ShortVector pair(int[] x, int at) {
    return IntVector.broadcast(INTS, x[at]).reinterpretAsShorts();
  }

  /** One row of activations; sums as [chunk][vector][lane] from {@code to} on. */
  static void one(short[] q, int[] x, int at, int pairs, int step, short[] sums, int to) {
    for (int c = 0, out = to; c < pairs; c += step, out += 2 * ROWS) {
      ShortVector a = ShortVector.zero(SHORTS);
      ShortVector b = a;
      int i = 2 * c * ROWS;
      for (int k = at + c; k < at + c + step; k++, i += 2 * ROWS) {
        ShortVector e = pair(x, k);
        a = a.add(ShortVector.fromArray(SHORTS, q, i).mul(e));
        b = b.add(ShortVector.fromArray(SHORTS, q, i + ROWS).mul(e));
      }
      a.intoArray(sums, out);
      b.intoArray(sums, out + ROWS);
    }
  }

  /** Four rows of activations, {@code stride} apart; sums as [row][chunk][vector][lane]. */
  static void four(short[] q, int[] x, int at, int stride, int pairs, int step, short[] sums) {
    int next = pairs / step * 2 * ROWS;
    for (int c = 0, out = 0; c < pairs; c += step, out += 2 * ROWS) {
      ShortVector a0 = ShortVector.zero(SHORTS);
      ShortVector a1 = a0;
      ShortVector a2 = a0;
      ShortVector a3 = a0;
      ShortVector b0 = a0;
      ShortVector b1 = a0;
      ShortVector b2 = a0;
      ShortVector b3 = a0;
      int i = 2 * c * ROWS;
      for (int k = at + c; k < at + c + step; k++, i += 2 * ROWS) {
        ShortVector v = ShortVector.fromArray(SHORTS, q, i);
        ShortVector w = ShortVector.fromArray(SHORTS, q, i + ROWS);
        ShortVector e = pair(x, k);
        a0 = a0.add(v.mul(e));
        b0 = b0.add(w.mul(e));
        e = pair(x, k + stride);
        a1 = a1.add(v.mul(e));
        b1 = b1.add(w.mul(e));
        e = pair(x, k + 2 * stride);
        a2 = a2.add(v.mul(e));
        b2 = b2.add(w.mul(e));
        e = pair(x, k + 3 * stride);
        a3 = a3.add(v.mul(e));
        b3 = b3.add(w.mul(e));
      }
      a0.intoArray(sums, out);
      b0.intoArray(sums, out + ROWS);
      a1.intoArray(sums, out + next);
      b1.intoArray(sums, out + next + ROWS);
      a2.intoArray(sums, out + 2 * next);
      b2.intoArray(sums, out + 2 * next + ROWS);
      a3.intoArray(sums, out + 3 * next);
      b3.intoArray(sums, out + 3 * next + ROWS);
    }
  }
}
