package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.ShortVector;

/** Q4_0 and Q4_1: four words of nibbles. A bias stays on them; it is taken off their sums. */
abstract class Nibbles32Code extends Block32Code {
  private final int quantsAt;

  Nibbles32Code(IntegerFormat format) {
    super(format, format.quants().bias());
    quantsAt = firstWord("quants");
  }

  @Override
  final Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    for (int j = 0; j < s.blocks; j++) {
      nibbles(word(s, j, quantsAt), 4, s.panel, 16 * j, 16 * j + 8);
    }
  }

  @Override
  final Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        for (int j = 0; j < s.blocks; j++) {
          dot(word(s, j, quantsAt), x.pairs(), s.at + 16 * j, s.whole, j * ROWS);
        }
      }
    };
  }

  private static void dot(long from, int[] x, int at, int[] sums, int to) {
    ShortVector a = ShortVector.zero(SHORTS);
    ShortVector b = a;
    for (int i = 0; i < 4; i++) {
      ShortVector v = shorts(from + 2L * i * BYTES);
      ShortVector w = shorts(from + (2L * i + 1) * BYTES);
      ShortVector e = Dots.pair(x, at + 2 * i);
      a = a.add(v.and(SHORTS_15).mul(e));
      b = b.add(w.and(SHORTS_15).mul(e));
      e = Dots.pair(x, at + 2 * i + 1);
      a = a.add(shr(v, 8).and(SHORTS_15).mul(e));
      b = b.add(shr(w, 8).and(SHORTS_15).mul(e));
      e = Dots.pair(x, at + 2 * i + 8);
      a = a.add(shr(v, 4).and(SHORTS_15).mul(e));
      b = b.add(shr(w, 4).and(SHORTS_15).mul(e));
      e = Dots.pair(x, at + 2 * i + 9);
      a = a.add(shr(v, 12).mul(e));
      b = b.add(shr(w, 12).mul(e));
    }
    pairSums(a).intoArray(sums, to);
    pairSums(b).intoArray(sums, to + LANES);
  }
}
