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

  /** Sums of a block of 32 and one row of activations. */
  void dot(long from, int[] x, int at, int[] sums, int to) {
    if (fitting >= 16) {
      whole(from, table, x, at, sums, to);
    } else {
      parts(from, table, wordsInSum(), x, at, sums, to, 0);
    }
  }

  /** Sums of the halves of a block of 32, one behind the other. */
  void halves(long from, int[] x, int at, int[] sums, int to) {
    parts(from, table, wordsInSum(), x, at, sums, to, ROWS);
  }

  /** Words whose products fit 16 bits: a lane has two of each nibble. */
  private int wordsInSum() {
    return fitting >= 8 ? 4 : fitting >= 4 ? 2 : 1;
  }

  /** Where all products of a lane fit 16 bits. */
  private static void whole(long from, ByteVector table, int[] x, int at, int[] sums, int to) {
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

  /**
   * Where the products of {@code words} words fit.
   *
   * @param apart where the sums of the second half go, seen from the first's; 0 to add them
   */
  private static void parts(
      long from, ByteVector table, int words, int[] x, int at, int[] sums, int to, int apart) {
    for (int half = 0; half < 2; half++) {
      IntVector a = IntVector.zero(INTS);
      IntVector b = a;
      for (int i = 0; i < 4; ) {
        ShortVector c = ShortVector.zero(SHORTS);
        ShortVector d = c;
        for (int end = i + words; i < end; i++) {
          ShortVector v = shorts(from + (2L * i + half) * BYTES);
          ShortVector low = lookUp(v, table);
          ShortVector high = lookUp(shr(v, 4), table);
          c = c.add(even(low).mul(Dots.pair(x, at + 2 * i)));
          c = c.add(odd(low).mul(Dots.pair(x, at + 2 * i + 1)));
          d = d.add(even(high).mul(Dots.pair(x, at + 2 * i + 8)));
          d = d.add(odd(high).mul(Dots.pair(x, at + 2 * i + 9)));
        }
        a = a.add(pairSums(c));
        b = b.add(pairSums(d));
      }
      int out = to + half * LANES;
      if (apart == 0) {
        a.add(b).intoArray(sums, out);
      } else {
        a.intoArray(sums, out);
        b.intoArray(sums, out + apart);
      }
    }
  }
}
