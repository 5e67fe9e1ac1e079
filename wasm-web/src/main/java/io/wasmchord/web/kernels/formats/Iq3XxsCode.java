package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ3_XXS: 16 words of indices, then for each of eight groups one of signs and a scale. */
final class Iq3XxsCode extends SignedGridCode {
  private static final int INDEX_WORDS = 16;

  private GroupSigns signs = new GroupSigns(new V128.Local[0]);

  Iq3XxsCode(IQ3_XXS format) {
    super(format, IQ3_XXS.GRID, 31);
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
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    for (int i = 0; i < 2; i++) {
      bytes(block, sink, 4 * i, 2 * group + i);
    }
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    return signs.masks(c, group);
  }
}
