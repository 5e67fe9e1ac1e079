package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ints;

/** F32: a word, which is the value. */
final class F32Code extends FloatFormatCode {
  @Override
  void unpack(long address, int columns, KernelScratch s) {
    float[] values = s.panel.values;
    for (int v = 0; v < 2 * columns; v++) {
      store(ints(address + (long) v * BYTES), values, v * LANES);
    }
  }
}
