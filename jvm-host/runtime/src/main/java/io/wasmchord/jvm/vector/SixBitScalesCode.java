package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.BYTES_15;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.MinimumFormat;
import jdk.incubator.vector.IntVector;

/** Q4_K and Q5_K: three words of six-bit scales and minimums of eight groups, and quants. */
abstract class SixBitScalesCode extends BlockCode {
  private static final IntVector BYTES_48 = IntVector.broadcast(INTS, 0x30303030);
  private static final IntVector BYTES_63 = IntVector.broadcast(INTS, 0x3F3F3F3F);

  private final int scalesAt;

  SixBitScalesCode(MinimumFormat format) {
    super(format, 0);
    scalesAt = firstWord("scales and minimums");
  }

  @Override
  final Stage[] scales() {
    return new Stage[] {this::d, this::dMin, this::fill};
  }

  private void fill(KernelScratch s) {
    for (int v = 0; v < 2; v++) {
      long from = word(s.address, scalesAt) + (long) v * BYTES;
      IntVector scale = ints(from);
      IntVector minimum = ints(from + 2L * BYTES);
      IntVector both = ints(from + 4L * BYTES);
      int at = v * LANES;
      scale.and(BYTES_63).intoArray(s.panel.scales, at);
      minimum.and(BYTES_63).intoArray(s.panel.minimums, at);
      both.and(BYTES_15).or(shr(scale, 2).and(BYTES_48)).intoArray(s.panel.scales, at + ROWS);
      shr(both, 4)
          .and(BYTES_15)
          .or(shr(minimum, 2).and(BYTES_48))
          .intoArray(s.panel.minimums, at + ROWS);
    }
  }
}
