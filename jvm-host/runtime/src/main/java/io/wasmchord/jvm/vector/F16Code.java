package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

/** F16: a 16-bit field. */
final class F16Code extends FloatFormatCode {
  @Override
  void unpack(long address, int columns, KernelScratch s) {
    float[] values = s.panel.values;
    boolean finite = s.finite;
    for (int k = 0; k < columns; k++) {
      if (finite) {
        Lanes.storeFiniteHalves(address + (long) k * BYTES, values, k * ROWS);
      } else {
        Lanes.storeHalves(address + (long) k * BYTES, values, k * ROWS);
      }
    }
  }
}
