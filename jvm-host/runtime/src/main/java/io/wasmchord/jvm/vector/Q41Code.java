package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.Q4_1;

/** Q4_1: as Q4_0, with an offset. */
final class Q41Code extends Nibbles32Code {
  Q41Code(Q4_1 format) {
    super(format);
  }
}
