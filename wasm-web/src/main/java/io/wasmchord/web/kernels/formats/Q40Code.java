package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q4_0;

/** Q4_0: nibbles with a bias. */
final class Q40Code extends Nibbles32Code {
  Q40Code(Q4_0 format) {
    super(format);
  }
}
