package io.wasmchord.tokenizer;

import java.util.Set;

/** Whether text is normalized where a model's authors do so. GGUF does not hold whether they do. */
public enum Normalization {
  /** As the model's authors: text is composed (Unicode's NFC) for the families that do so. */
  AUTHORS,
  /** Text is taken as it is, as llama.cpp takes it. */
  NONE;

  /**
   * Pre-tokenizers of families whose published tokenizers normalize to NFC: Qwen 1.5 to 3.5,
   * Command R and Aya, and those that have GPT-NeoX 20B's tokenizer or one made from it (OLMo 1,
   * MPT, ModernBERT).
   */
  private static final Set<String> COMPOSING =
      Set.of("qwen2", "qwen35", "command-r", "olmo", "mpt", "modern-bert");

  /** Whether text is composed for a byte-level vocabulary. */
  boolean composes(String architecture, String preTokenizer) {
    return this == AUTHORS && (COMPOSING.contains(preTokenizer) || architecture.equals("gptneox"));
  }
}
