package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ2_XXS: for each of eight groups a word of indices, and one of signs and a scale. */
final class Iq2XxsCode extends SignedGridCode {
  private GroupSigns signs = new GroupSigns(new V128.Local[0]);

  Iq2XxsCode(IQ2_XXS format) {
    super(format, IQ2_XXS.GRID, 43);
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
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    bytes(block, sink, 0, 2 * group);
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    return signs.masks(c, group);
  }
}
