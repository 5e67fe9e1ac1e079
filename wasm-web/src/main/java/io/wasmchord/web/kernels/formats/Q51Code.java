package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q5_1;

/** Q5_1: five bits and an offset. */
final class Q51Code extends FiveBits32Code {
  Q51Code(Q5_1 format) {
    super(format);
  }
}
