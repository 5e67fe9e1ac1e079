package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.shorts;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** BF16: a 16-bit field, the upper half of the value. */
final class Bf16Code extends FloatFormatCode {
  @Override
  void unpack(long address, int columns, KernelScratch s) {
    float[] values = s.panel.values;
    for (int k = 0; k < columns; k++) {
      IntVector bits = shorts(address + (long) k * BYTES).reinterpretAsInts();
      store(bits.lanewise(VectorOperators.LSHL, 16), values, k * ROWS);
      store(bits.and(0xFFFF0000), values, k * ROWS + LANES);
    }
  }
}
