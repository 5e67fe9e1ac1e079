package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.Q5_0;

/** Q5_0. */
final class Q50Code extends FiveBits32Code {
  Q50Code(Q5_0 format) {
    super(format);
  }
}
