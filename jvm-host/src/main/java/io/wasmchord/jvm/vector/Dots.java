package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.HALF;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.even;
import static io.wasmchord.jvm.vector.Lanes.odd;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * Exact sums of products of a panel's quants and activations, group by group. Products are added in
 * 16-bit lanes for as many steps as the format's ranges allow, then in 32-bit lanes. The loops are
 * unrolled here because the compiler does not unroll them.
 */
final class Dots {
  private Dots() {}

  /**
   * Where the numbers are.
   *
   * @param quants [column][lane]
   * @param x activations
   * @param at of the first row's first column
   * @param stride between rows of activations
   * @param columns in the panel
   * @param group columns that share a sum
   * @param step columns that fit 16 bits
   * @param sums [row of activations][group][row of weights]
   */
  record Work(
      short[] quants, short[] x, int at, int stride, int columns, int group, int step, int[] sums) {}

  /** One row of activations; {@code step} is a multiple of 8. */
  static void one(Work w) {
    short[] q = w.quants;
    short[] x = w.x;
    for (int first = 0, out = 0; first < w.columns; first += w.group, out += ROWS) {
      IntVector even = IntVector.zero(INTS);
      IntVector odd = IntVector.zero(INTS);
      for (int c = first; c < first + w.group; c += w.step) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector b = a;
        ShortVector d = a;
        ShortVector e = a;
        for (int k = c; k < c + w.step; k += 8) {
          int i = k * ROWS;
          int j = w.at + k;
          a = a.add(ShortVector.fromArray(SHORTS, q, i).mul(x[j]));
          b = b.add(ShortVector.fromArray(SHORTS, q, i + ROWS).mul(x[j + 1]));
          d = d.add(ShortVector.fromArray(SHORTS, q, i + 2 * ROWS).mul(x[j + 2]));
          e = e.add(ShortVector.fromArray(SHORTS, q, i + 3 * ROWS).mul(x[j + 3]));
          a = a.add(ShortVector.fromArray(SHORTS, q, i + 4 * ROWS).mul(x[j + 4]));
          b = b.add(ShortVector.fromArray(SHORTS, q, i + 5 * ROWS).mul(x[j + 5]));
          d = d.add(ShortVector.fromArray(SHORTS, q, i + 6 * ROWS).mul(x[j + 6]));
          e = e.add(ShortVector.fromArray(SHORTS, q, i + 7 * ROWS).mul(x[j + 7]));
        }
        ShortVector sum = a.add(b).add(d.add(e));
        even = even.add(even(sum));
        odd = odd.add(odd(sum));
      }
      even.intoArray(w.sums, out);
      odd.intoArray(w.sums, out + HALF);
    }
  }

  /** {@link Scratch#TILE} rows of activations; {@code step} is a multiple of 4. */
  static void four(Work w) {
    short[] q = w.quants;
    short[] x = w.x;
    int next = w.columns / w.group * ROWS;
    for (int first = 0, out = 0; first < w.columns; first += w.group, out += ROWS) {
      IntVector even0 = IntVector.zero(INTS);
      IntVector even1 = even0;
      IntVector even2 = even0;
      IntVector even3 = even0;
      IntVector odd0 = even0;
      IntVector odd1 = even0;
      IntVector odd2 = even0;
      IntVector odd3 = even0;
      for (int c = first; c < first + w.group; c += w.step) {
        ShortVector a0 = ShortVector.zero(SHORTS);
        ShortVector a1 = a0;
        ShortVector a2 = a0;
        ShortVector a3 = a0;
        for (int k = c; k < c + w.step; k += 4) {
          int i = k * ROWS;
          int j0 = w.at + k;
          int j1 = j0 + w.stride;
          int j2 = j1 + w.stride;
          int j3 = j2 + w.stride;
          ShortVector v = ShortVector.fromArray(SHORTS, q, i);
          a0 = a0.add(v.mul(x[j0]));
          a1 = a1.add(v.mul(x[j1]));
          a2 = a2.add(v.mul(x[j2]));
          a3 = a3.add(v.mul(x[j3]));
          v = ShortVector.fromArray(SHORTS, q, i + ROWS);
          a0 = a0.add(v.mul(x[j0 + 1]));
          a1 = a1.add(v.mul(x[j1 + 1]));
          a2 = a2.add(v.mul(x[j2 + 1]));
          a3 = a3.add(v.mul(x[j3 + 1]));
          v = ShortVector.fromArray(SHORTS, q, i + 2 * ROWS);
          a0 = a0.add(v.mul(x[j0 + 2]));
          a1 = a1.add(v.mul(x[j1 + 2]));
          a2 = a2.add(v.mul(x[j2 + 2]));
          a3 = a3.add(v.mul(x[j3 + 2]));
          v = ShortVector.fromArray(SHORTS, q, i + 3 * ROWS);
          a0 = a0.add(v.mul(x[j0 + 3]));
          a1 = a1.add(v.mul(x[j1 + 3]));
          a2 = a2.add(v.mul(x[j2 + 3]));
          a3 = a3.add(v.mul(x[j3 + 3]));
        }
        even0 = even0.add(even(a0));
        odd0 = odd0.add(odd(a0));
        even1 = even1.add(even(a1));
        odd1 = odd1.add(odd(a1));
        even2 = even2.add(even(a2));
        odd2 = odd2.add(odd(a2));
        even3 = even3.add(even(a3));
        odd3 = odd3.add(odd(a3));
      }
      even0.intoArray(w.sums, out);
      odd0.intoArray(w.sums, out + HALF);
      even1.intoArray(w.sums, out + next);
      odd1.intoArray(w.sums, out + next + HALF);
      even2.intoArray(w.sums, out + 2 * next);
      odd2.intoArray(w.sums, out + 2 * next + HALF);
      even3.intoArray(w.sums, out + 3 * next);
      odd3.intoArray(w.sums, out + 3 * next + HALF);
    }
  }

  /** One row of activations, where only two products fit 16 bits. */
  static void onePairs(Work w) {
    short[] q = w.quants;
    short[] x = w.x;
    for (int first = 0, out = 0; first < w.columns; first += w.group, out += ROWS) {
      IntVector even = IntVector.zero(INTS);
      IntVector odd = even;
      IntVector even2 = even;
      IntVector odd2 = even;
      for (int k = first; k < first + w.group; k += 4) {
        int i = k * ROWS;
        int j = w.at + k;
        ShortVector a =
            ShortVector.fromArray(SHORTS, q, i)
                .mul(x[j])
                .add(ShortVector.fromArray(SHORTS, q, i + ROWS).mul(x[j + 1]));
        ShortVector b =
            ShortVector.fromArray(SHORTS, q, i + 2 * ROWS)
                .mul(x[j + 2])
                .add(ShortVector.fromArray(SHORTS, q, i + 3 * ROWS).mul(x[j + 3]));
        even = even.add(even(a));
        odd = odd.add(odd(a));
        even2 = even2.add(even(b));
        odd2 = odd2.add(odd(b));
      }
      even.add(even2).intoArray(w.sums, out);
      odd.add(odd2).intoArray(w.sums, out + HALF);
    }
  }

  /** {@link Scratch#TILE} rows of activations, where only two products fit 16 bits. */
  static void fourPairs(Work w) {
    short[] q = w.quants;
    short[] x = w.x;
    int next = w.columns / w.group * ROWS;
    for (int first = 0, out = 0; first < w.columns; first += w.group, out += ROWS) {
      IntVector even0 = IntVector.zero(INTS);
      IntVector even1 = even0;
      IntVector even2 = even0;
      IntVector even3 = even0;
      IntVector odd0 = even0;
      IntVector odd1 = even0;
      IntVector odd2 = even0;
      IntVector odd3 = even0;
      for (int k = first; k < first + w.group; k += 2) {
        int i = k * ROWS;
        int j0 = w.at + k;
        int j1 = j0 + w.stride;
        int j2 = j1 + w.stride;
        int j3 = j2 + w.stride;
        ShortVector v = ShortVector.fromArray(SHORTS, q, i);
        ShortVector u = ShortVector.fromArray(SHORTS, q, i + ROWS);
        ShortVector a = v.mul(x[j0]).add(u.mul(x[j0 + 1]));
        even0 = even0.add(even(a));
        odd0 = odd0.add(odd(a));
        a = v.mul(x[j1]).add(u.mul(x[j1 + 1]));
        even1 = even1.add(even(a));
        odd1 = odd1.add(odd(a));
        a = v.mul(x[j2]).add(u.mul(x[j2 + 1]));
        even2 = even2.add(even(a));
        odd2 = odd2.add(odd(a));
        a = v.mul(x[j3]).add(u.mul(x[j3 + 1]));
        even3 = even3.add(even(a));
        odd3 = odd3.add(odd(a));
      }
      even0.intoArray(w.sums, out);
      odd0.intoArray(w.sums, out + HALF);
      even1.intoArray(w.sums, out + next);
      odd1.intoArray(w.sums, out + next + HALF);
      even2.intoArray(w.sums, out + 2 * next);
      odd2.intoArray(w.sums, out + 2 * next + HALF);
      even3.intoArray(w.sums, out + 3 * next);
      odd3.intoArray(w.sums, out + 3 * next + HALF);
    }
  }
}
