package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.MXFP4;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** MXFP4: an exponent and nibbles. */
final class Mxfp4Code extends TableNibbles32Code {
  private static final IntVector LARGEST_SUBNORMAL = IntVector.broadcast(INTS, 0x00200000);

  Mxfp4Code(MXFP4 format) {
    super(format, MXFP4.TABLE);
  }

  /** {@code 2^(e - 128)}; the two smallest are subnormal. */
  @Override
  void d(KernelScratch s) {
    for (int at = 0; at < s.blocks * ROWS; at += LANES) {
      IntVector e = Lanes.octets(s.address + at);
      IntVector normal = e.sub(1).lanewise(VectorOperators.LSHL, 23);
      IntVector subnormal = LARGEST_SUBNORMAL.lanewise(VectorOperators.LSHL, e);
      normal
          .blend(subnormal, e.compare(VectorOperators.LT, 2))
          .reinterpretAsFloats()
          .intoArray(s.panel.d, at);
    }
  }
}
