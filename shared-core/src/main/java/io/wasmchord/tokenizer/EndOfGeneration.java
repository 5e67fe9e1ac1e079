package io.wasmchord.tokenizer;

import java.util.Set;

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
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
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

  static boolean isSpelling(String piece) {
    return SPELLINGS.contains(piece);
  }
}
