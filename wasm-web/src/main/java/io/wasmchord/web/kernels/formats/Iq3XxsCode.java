package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ3_XXS: 16 words of indices, then for each of eight groups one of signs and a scale. */
final class Iq3XxsCode extends GridCode {
  private static final int INDEX_WORDS = 16;
  private static final int GROUPS = 8;

  private GroupSigns signs = new GroupSigns(new V128.Local[0]);

  Iq3XxsCode(IQ3_XXS format) {
    super(format, IQ3_XXS.GRID, 31, 0);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] words = new V128.Local[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      words[g] = c.v128(word(block, INDEX_WORDS + g));
    }
    signs = new GroupSigns(words);
    scales(signs.scales(c));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.5f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int g = 0; g < GROUPS; g++) {
      V128.Local masks = signs.masks(c, g);
      for (int k = 0; k < 8; k++) {
        V128 index = index(word(block, 2 * g + k / 4), k % 4 * 8, 8, 0);
        V128.Local values = four(c, index);
        sink.word(8 * g + k, signed(c, values, spread(masks, k / 2), k % 2));
      }
    }
  }
}
