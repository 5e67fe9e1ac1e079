package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Partner;
import io.wasmchord.quant.format.ValueTable;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Nibbles that index a table of signed bytes: of a word the low ones are four columns, the high
 * ones the four that are 16 columns on.
 */
final class TableNibbles {
  private static final VectorSpecies<Byte> OCTETS =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHORTS.vectorBitSize()));
  private static final ByteVector NIBBLE = ByteVector.broadcast(OCTETS, 15);

  private final ByteVector table;
  private final int fitting;

  TableNibbles(ValueTable values) {
    byte[] repeated = new byte[OCTETS.length()];
    int largest = 0;
    for (int i = 0; i < repeated.length; i++) {
      int index = i % 16;
      repeated[i] = index < values.size() ? values.value(index) : 0;
      largest = Math.max(largest, Math.abs(repeated[i]));
    }
    table = ByteVector.fromArray(OCTETS, repeated, 0);
    fitting = Short.MAX_VALUE / (Partner.LARGEST * largest);
  }

  private static ShortVector lookUp(ShortVector nibbles, ByteVector table) {
    return nibbles.reinterpretAsBytes().and(NIBBLE).selectFrom(table).reinterpretAsShorts();
  }

  private static ShortVector even(ShortVector v) {
    return v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
  }

  private static ShortVector odd(ShortVector v) {
    return v.lanewise(VectorOperators.ASHR, 8);
  }

  /** Unpacks the 32 columns of four words to the panel, from pair {@code pair} on. */
  void unpack(long from, Panel panel, int pair) {
    unpack(from, table, panel.quants, Panel.pair(pair, 0));
  }

  private static void unpack(long from, ByteVector table, short[] q, int to) {
    for (int u = 0; u < 8; u++) {
      ShortVector v = shorts(from + (long) u * BYTES);
      ShortVector low = lookUp(v, table);
      ShortVector high = lookUp(shr(v, 4), table);
      int at = to + (2 * u - (u & 1)) * ROWS; // pair 2 (u / 2), vector u & 1
      even(low).intoArray(q, at);
      odd(low).intoArray(q, at + 2 * ROWS);
      even(high).intoArray(q, at + 16 * ROWS);
      odd(high).intoArray(q, at + 18 * ROWS);
    }
  }

  /** Sums of a block of 32 and one row of activations. */
  void dot(long from, int[] x, int at, int[] sums, int to) {
    if (fitting >= 16) {
      small(from, table, x, at, sums, to);
    } else {
      large(from, table, x, at, sums, to);
    }
  }

  /** Where all products of a lane fit 16 bits. */
  private static void small(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector a = ShortVector.zero(SHORTS);
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        ShortVector low = lookUp(v, table);
        ShortVector high = lookUp(shr(v, 4), table);
        a = a.add(even(low).mul(Dots.pair(x, at + 2 * i)));
        a = a.add(odd(low).mul(Dots.pair(x, at + 2 * i + 1)));
        a = a.add(even(high).mul(Dots.pair(x, at + 2 * i + 8)));
        a = a.add(odd(high).mul(Dots.pair(x, at + 2 * i + 9)));
      }
      pairSums(a).intoArray(sums, to + half * LANES);
    }
  }

  /** Where two products of a lane fit 16 bits. */
  private static void large(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      IntVector a = IntVector.zero(INTS);
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        ShortVector low = lookUp(v, table);
        ShortVector high = lookUp(shr(v, 4), table);
        ShortVector e = even(low).mul(Dots.pair(x, at + 2 * i));
        a = a.add(pairSums(e.add(odd(low).mul(Dots.pair(x, at + 2 * i + 1)))));
        e = even(high).mul(Dots.pair(x, at + 2 * i + 8));
        a = a.add(pairSums(e.add(odd(high).mul(Dots.pair(x, at + 2 * i + 9)))));
      }
      a.intoArray(sums, to + half * LANES);
    }
  }

  /**
   * Sums of a block of 256 and one row of activations, scaled by groups of 16.
   *
   * @param from the first of 32 words
   * @param scales as the panel has them
   */
  void scaled(long from, int[] x, int at, int[] scales, int[] sums) {
    int words = Integer.highestOneBit(Math.min(4, fitting / 2)); // whose products fit 16 bits
    for (int half = 0; half < 2; half++) {
      scaled(from + (long) half * BYTES, table, words, x, at, scales, sums, half * LANES);
    }
  }

  private static void scaled(
      long from, ByteVector table, int words, int[] x, int at, int[] scales, int[] sums, int lane) {
    IntVector total = IntVector.zero(INTS);
    for (int g = 0; g < 8; g++) {
      IntVector first = IntVector.zero(INTS);
      IntVector second = first;
      for (int w = 4 * g; w < 4 * g + 4; w += words) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector b = a;
        for (int i = w; i < w + words; i++) {
          int pair = at + 8 * g + 2 * i; // 16 g + 2 (i - 4 g)
          ShortVector v = shorts(from + 2L * i * BYTES);
          ShortVector low = lookUp(v, table);
          a = a.add(even(low).mul(Dots.pair(x, pair)));
          a = a.add(odd(low).mul(Dots.pair(x, pair + 1)));
          ShortVector high = lookUp(shr(v, 4), table);
          b = b.add(even(high).mul(Dots.pair(x, pair + 8)));
          b = b.add(odd(high).mul(Dots.pair(x, pair + 9)));
        }
        first = first.add(pairSums(a));
        second = second.add(pairSums(b));
      }
      IntVector packed = IntVector.fromArray(INTS, scales, g / 2 * ROWS + lane);
      int left = 24 - 16 * (g & 1);
      total = total.add(Epilogue.signed(packed, left).mul(first));
      total = total.add(Epilogue.signed(packed, left - 8).mul(second));
    }
    total.intoArray(sums, lane);
  }
}
