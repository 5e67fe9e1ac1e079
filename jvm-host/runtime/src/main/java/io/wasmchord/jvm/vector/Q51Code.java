package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.Q5_1;

/** Q5_1: as Q5_0, with an offset. */
final class Q51Code extends FiveBits32Code {
  Q51Code(Q5_1 format) {
    super(format);
  }
}
