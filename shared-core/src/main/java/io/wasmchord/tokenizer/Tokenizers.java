package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.host.RunControl;

/** Makes tokenizers from vocabularies. */
public final class Tokenizers {
  static final String SPM = "llama";
  static final String BPE = "gpt2";
  static final String WPM = "bert";
  static final String UGM = "t5";
  static final String GEMMA4 = "gemma4";
  static final String RWKV = "rwkv";
  static final String PLAMO2 = "plamo2";
  static final String WHITESPACE = "whitespace";
  static final String DNA = "hybriddna";

  private Tokenizers() {}

  /**
   * The tokenizer that a file's {@code metadata} describes.
   *
   * @throws UnsupportedModelException when its model or pre-tokenizer is not known here
   * @throws InvalidModelException when the vocabulary is missing or contradicts itself
   */
  public static Tokenizer of(Metadata metadata) {
    return of(metadata, Normalization.AUTHORS, RunControl.NONE);
  }

  /**
   * The same with text normalized as {@code normalization} says, and stopped when the caller wants
   * it.
   *
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   */
  public static Tokenizer of(Metadata metadata, Normalization normalization, RunControl control) {
    return of(Vocabularies.of(metadata, normalization), control);
  }

  /**
   * The tokenizer that {@code vocabulary} describes.
   *
   * @throws UnsupportedModelException when its model or pre-tokenizer is not known here
   * @throws InvalidModelException when tokens or merges contradict each other
   */
  public static Tokenizer of(Vocabulary vocabulary) {
    return of(vocabulary, RunControl.NONE);
  }

  private static Tokenizer of(Vocabulary vocabulary, RunControl control) {
    return switch (vocabulary.model()) {
      case SPM -> new SpmTokenizer(vocabulary, control);
      case BPE, GEMMA4 -> new BpeTokenizer(vocabulary, control);
      case WPM -> new WpmTokenizer(vocabulary, control);
      case UGM -> new UgmTokenizer(vocabulary, control);
      case RWKV -> new RwkvTokenizer(vocabulary, control);
      case PLAMO2 -> new Plamo2Tokenizer(vocabulary, control);
      case WHITESPACE -> new WhitespaceTokenizer(vocabulary, control);
      case DNA -> new DnaTokenizer(vocabulary, control);
      default -> throw unsupported(vocabulary.model());
    };
  }

  static UnsupportedModelException unsupported(String model) {
    return new UnsupportedModelException(
        "tokenizer.ggml.model is \"%s\", which is not supported; supported are: %s"
            .formatted(
                model,
                String.join(", ", SPM, BPE, WPM, UGM, GEMMA4, RWKV, PLAMO2, WHITESPACE, DNA)));
  }
}
