package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ4_NL: four words of nibbles that index a table of signed bytes. */
final class Iq4NlCode extends BlockCode {
  private final TableLookup lookup;

  Iq4NlCode(IQ4_NL format, TableLookup lookup) {
    super(format);
    this.lookup = lookup;
  }

  @Override
  public void begin(Code c, I32 block) {}

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 4; w++) {
      V128.Local packed = c.v128(word(block, w));
      sink.word(w, lookup.of(IQ4_NL.TABLE, low(packed)));
      sink.word(w + 4, lookup.of(IQ4_NL.TABLE, high(packed)));
    }
  }
}
