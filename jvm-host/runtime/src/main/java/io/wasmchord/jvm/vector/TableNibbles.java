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

  /** The values of low nibbles: as the table repeats, what stands above them does not matter. */
  private static ShortVector lookUp(ShortVector nibbles, ByteVector table) {
    return nibbles.reinterpretAsBytes().selectFrom(table).reinterpretAsShorts();
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

  /** Whether all products of a block of 32 fit 16 bits. */
  boolean small() {
    return fitting >= 16;
  }

  /** Sums of a block of 32 and one row of activations, where the table is {@link #small}. */
  void small(long from, int[] x, int at, int[] sums, int to) {
    small(from, table, x, at, sums, to);
  }

  private static void small(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector a = ShortVector.zero(SHORTS);
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        a = a.add(products(lookUp(v, table), x, at + 2 * i));
        a = a.add(products(lookUp(shr(v, 4), table), x, at + 2 * i + 8));
      }
      pairSums(a).intoArray(sums, to + half * LANES);
    }
  }

  /** The same where no more than two products of a lane fit 16 bits. */
  void large(long from, int[] x, int at, int[] sums, int to) {
    large(from, table, x, at, sums, to);
  }

  private static void large(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      IntVector a = IntVector.zero(INTS);
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        a = a.add(pairSums(products(lookUp(v, table), x, at + 2 * i)));
        a = a.add(pairSums(products(lookUp(shr(v, 4), table), x, at + 2 * i + 8)));
      }
      a.intoArray(sums, to + half * LANES);
    }
  }

  /** Two products of a lane. */
  private static ShortVector products(ShortVector values, int[] x, int at) {
    return even(values).mul(Dots.pair(x, at)).add(odd(values).mul(Dots.pair(x, at + 1)));
  }

  /** Whether all products of half a block fit 16 bits. */
  boolean smallHalves() {
    return fitting >= 8;
  }

  /** Sums of the halves of a block of 32, where the table makes {@link #smallHalves}. */
  void halves(long from, int[] x, int at, int[] sums, int to) {
    halves(from, table, x, at, sums, to);
  }

  private static void halves(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector a = ShortVector.zero(SHORTS);
      ShortVector b = a;
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        a = a.add(products(lookUp(v, table), x, at + 2 * i));
        b = b.add(products(lookUp(shr(v, 4), table), x, at + 2 * i + 8));
      }
      pairSums(a).intoArray(sums, to + half * LANES);
      pairSums(b).intoArray(sums, to + ROWS + half * LANES);
    }
  }

  /** The same where no more than two products of a lane fit. */
  void wideHalves(long from, int[] x, int at, int[] sums, int to) {
    wideHalves(from, table, x, at, sums, to);
  }

  private static void wideHalves(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      IntVector a = IntVector.zero(INTS);
      IntVector b = a;
      for (int i = 0; i < 4; i++) {
        ShortVector v = shorts(from + (2L * i + half) * BYTES);
        a = a.add(pairSums(products(lookUp(v, table), x, at + 2 * i)));
        b = b.add(pairSums(products(lookUp(shr(v, 4), table), x, at + 2 * i + 8)));
      }
      a.intoArray(sums, to + half * LANES);
      b.intoArray(sums, to + ROWS + half * LANES);
    }
  }
}
