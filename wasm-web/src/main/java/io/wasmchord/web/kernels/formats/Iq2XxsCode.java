package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ2_XXS: for each of eight groups a word of indices, and one of signs and a scale. */
final class Iq2XxsCode extends GridCode {
  private static final int GROUPS = 8;

  private GroupSigns signs = new GroupSigns(new V128.Local[0]);

  Iq2XxsCode(IQ2_XXS format) {
    super(format, IQ2_XXS.GRID, 43, 0);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] words = new V128.Local[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      words[g] = c.v128(word(block, 2 * g + 1));
    }
    signs = new GroupSigns(words);
    scales(signs.scales(c));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int g = 0; g < GROUPS; g++) {
      V128.Local indices = c.v128(word(block, 2 * g));
      V128.Local masks = signs.masks(c, g);
      for (int k = 0; k < 4; k++) {
        V128.Local[] values = eight(c, index(indices, 8 * k, 8, 0));
        V128.Local mask = c.v128(spread(masks, k));
        sink.word(8 * g + 2 * k, signed(c, values[0], mask, 0));
        sink.word(8 * g + 2 * k + 1, signed(c, values[1], mask, 1));
      }
    }
  }
}
