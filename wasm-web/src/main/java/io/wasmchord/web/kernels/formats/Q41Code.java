package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q4_1;

/** Q4_1: nibbles and an offset. */
final class Q41Code extends Nibbles32Code {
  Q41Code(Q4_1 format) {
    super(format);
  }
}
