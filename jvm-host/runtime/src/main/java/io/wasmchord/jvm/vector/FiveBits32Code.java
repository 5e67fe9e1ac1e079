package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q5_0 and Q5_1: a word of fifth bits and four words of nibbles. */
abstract class FiveBits32Code extends Block32Code {
  private final int fifthsAt;
  private final int nibblesAt;

  FiveBits32Code(IntegerFormat format) {
    super(format, 0);
    fifthsAt = firstWord("fifth bits");
    nibblesAt = firstWord("nibbles");
  }

  @Override
  final Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    short bias = (short) format().quants().bias();
    for (int j = 0; j < s.blocks; j++) {
      int to = Panel.pair(16 * j, 0);
      unpack(word(s, j, fifthsAt), word(s, j, nibblesAt), bias, s.panel.quants, to);
    }
  }

  private static void unpack(long fifthsFrom, long from, short bias, short[] q, int first) {
    for (int u = 0; u < 8; u++) {
      IntVector fifths = ints(fifthsFrom + (long) (u & 1) * BYTES);
      ShortVector v = shorts(from + (long) u * BYTES);
      int at = first + (2 * u - (u & 1)) * ROWS;
      int bit = u / 2 * 4;
      with(v.and(SHORTS_15), shr(fifths, bit), bias).intoArray(q, at);
      with(shr(v, 8).and(SHORTS_15), shr(fifths, bit + 1), bias).intoArray(q, at + 2 * ROWS);
      with(shr(v, 4).and(SHORTS_15), shr(fifths, bit + 16), bias).intoArray(q, at + 16 * ROWS);
      with(shr(v, 12), shr(fifths, bit + 17), bias).intoArray(q, at + 18 * ROWS);
    }
  }

  /** Adds bits 0 and 2 of {@code fifths} to the two nibbles of each lane. */
  private static ShortVector with(ShortVector nibbles, IntVector fifths, short bias) {
    IntVector first = fifths.and(1).lanewise(VectorOperators.LSHL, 4);
    IntVector second = fifths.and(4).lanewise(VectorOperators.LSHL, 18);
    return nibbles.or(first.or(second).reinterpretAsShorts()).sub(bias);
  }
}
