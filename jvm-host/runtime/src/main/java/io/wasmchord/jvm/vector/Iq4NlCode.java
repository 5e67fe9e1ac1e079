package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.IQ4_NL;

/** IQ4_NL: a float16 scale and nibbles. */
final class Iq4NlCode extends TableNibbles32Code {
  Iq4NlCode(IQ4_NL format) {
    super(format, IQ4_NL.TABLE);
  }
}
