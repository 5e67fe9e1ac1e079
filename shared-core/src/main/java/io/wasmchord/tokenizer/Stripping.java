package io.wasmchord.tokenizer;

import java.util.Locale;

/**
 * Which special tokens take the white space beside them with them (the lstrip and rstrip of Hugging
 * Face's added tokens). GGUF does not hold it; llama.cpp goes by the names of the models that are
 * known to need it (llama-vocab.cpp), and so does this runtime.
 */
public enum Stripping {
  /** None. */
  NONE,
  /** Phi-3: special tokens but for three take what follows. */
  PHI3,
  /** Encoders with fill-in tokens: the mask takes what stands before it. */
  MASK;

  /** The rule for a model of these names, each of which may be empty. */
  static Stripping of(String modelName, String architecture, String preTokenizer) {
    String name = modelName.toLowerCase(Locale.ROOT);
    if (preTokenizer.startsWith("jina-v2-")
        || architecture.contains("nomic-bert-moe")
        || architecture.contains("jina-bert-v3")) {
      return MASK;
    }
    if (name.contains("phi-3") || name.contains("phi3")) {
      return PHI3;
    }
    return name.contains("modern-bert") ? MASK : NONE;
  }

  /** Whether special token {@code piece} takes the white space before it. */
  boolean stripsBefore(String piece) {
    return this == MASK && (piece.equals("<mask>") || piece.equals("[MASK]"));
  }

  /** Whether special token {@code piece} takes the white space after it. */
  boolean stripsAfter(String piece) {
    return this == PHI3
        && !piece.equals("<unk>")
        && !piece.equals("<s>")
        && !piece.equals("<|endoftext|>");
  }

  /** White space as C has it. */
  static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
