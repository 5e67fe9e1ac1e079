package io.wasmchord.tokenizer;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.UnsupportedModelException;

/** Makes the tokenizer that a GGUF file describes. */
public final class Tokenizers {
  private Tokenizers() {}

  /**
   * The tokenizer of a file.
   *
   * @throws UnsupportedModelException when {@code tokenizer.ggml.model} or {@code .pre} names one
   *     that this version does not know
   * @throws io.wasmchord.model.InvalidModelException when the vocabulary does not fit together
   */
  public static Tokenizer of(Metadata metadata) {
    String model = metadata.string("tokenizer.ggml.model");
    return switch (model) {
      case "llama" -> new SpmTokenizer(metadata);
      case "gpt2" -> new BpeTokenizer(metadata);
      default ->
          throw new UnsupportedModelException(
              "tokenizer.ggml.model is '"
                  + model
                  + "'; this version knows llama (SentencePiece) and gpt2 (byte-level BPE)");
    };
  }
}
