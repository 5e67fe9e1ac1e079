package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.Q4_0;

/** Q4_0. */
final class Q40Code extends Nibbles32Code {
  Q40Code(Q4_0 format) {
    super(format);
  }
}
