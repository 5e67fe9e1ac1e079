package io.wasmchord.session;

import io.wasmchord.sampling.SamplerTexts;
import io.wasmchord.tokenizer.Tokenizer;

/**
 * A tokenizer's tokens, for samplers.
 *
 * @param size ids below this may be generated
 */
record TokenizerVocabulary(Tokenizer tokenizer, int size) implements SamplerTexts.Vocabulary {
  @Override
  public byte[] bytes(int id) {
    return tokenizer.bytes(id, true);
  }

  @Override
  public int[] tokens(String text) {
    return tokenizer.encode(text, false, false);
  }
}
