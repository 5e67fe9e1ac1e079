package io.wasmchord.tokenizer;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Spellings of tokens that end generation in some family of models. Files name one such token or
 * two by id, and often not the one that ends a turn, so llama.cpp goes by the spelling too
 * (llama-vocab.cpp), and so does this runtime.
 */
final class EndOfGeneration {
  private static final Set<String> SPELLINGS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<\uFF5Cend\u2581of\u2581sentence\uFF5C>",
          "[e~[",
          // The tokens between files and repositories that code models are trained with.
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  private EndOfGeneration() {}

  /**
   * Whether a vocabulary that has a token spelled {@code piece} among others ends generation with
   * it. There are two exceptions, both llama.cpp's: where {@code <|return|>} or {@code <|flush|>}
   * ends a turn beside {@code <|call|>}, {@code <|end|>} only ends a message within it; and where
   * tools answer, {@code </s>} is plain text.
   */
  static boolean ends(String piece, Predicate<String> hasToken) {
    return switch (piece) {
      case "<|end|>" ->
          !((hasToken.test("<|call|>") || hasToken.test("<|calls|>"))
              && (hasToken.test("<|return|>") || hasToken.test("<|flush|>")));
      case "</s>" -> !hasToken.test("<|tool_response>");
      default -> SPELLINGS.contains(piece);
    };
  }
}
