package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;

import io.wasmchord.quant.format.Q8_0;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q8_0: eight words of signed bytes. */
final class Q80Code extends Block32Code {
  private final int quantsAt;

  Q80Code(Q8_0 format) {
    super(format, 0);
    quantsAt = firstWord("quants");
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    for (int j = 0; j < s.blocks; j++) {
      unpack(word(s, j, quantsAt), s.panel.quants, Panel.pair(16 * j, 0));
    }
  }

  private static void unpack(long from, short[] q, int first) {
    for (int u = 0; u < 16; u++) {
      ShortVector v = shorts(from + (long) u * BYTES);
      int at = first + (2 * u - (u & 1)) * ROWS;
      v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8).intoArray(q, at);
      v.lanewise(VectorOperators.ASHR, 8).intoArray(q, at + 2 * ROWS);
    }
  }

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int j = 0; j < s.blocks; j++) {
          dot(word(s, j, quantsAt), x.pairs(), s.at + 16 * j, s.whole, j * ROWS);
        }
      }
    };
  }

  private static void dot(long from, int[] x, int at, int[] sums, int to) {
    IntVector a = IntVector.zero(INTS);
    IntVector b = a;
    for (int i = 0; i < 8; i++) {
      ShortVector v = shorts(from + 2L * i * BYTES);
      ShortVector w = shorts(from + (2L * i + 1) * BYTES);
      ShortVector e = Dots.pair(x, at + 2 * i);
      ShortVector f = Dots.pair(x, at + 2 * i + 1);
      a = a.add(pairSums(low(v).mul(e).add(v.lanewise(VectorOperators.ASHR, 8).mul(f))));
      b = b.add(pairSums(low(w).mul(e).add(w.lanewise(VectorOperators.ASHR, 8).mul(f))));
    }
    a.intoArray(sums, to);
    b.intoArray(sums, to + LANES);
  }

  private static ShortVector low(ShortVector v) {
    return v.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
  }
}
