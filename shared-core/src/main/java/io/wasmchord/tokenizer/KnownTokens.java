package io.wasmchord.tokenizer;

import java.util.Set;
import java.util.function.Predicate;

/**
 * Tokens that are known by their spelling: those that end generation in some family of models, and
 * those whose type files have wrong. Files name one or two tokens that end generation by id, and
 * often not the one that ends a turn, so llama.cpp goes by the spelling too (llama-vocab.cpp), and
 * so does this runtime.
 */
final class KnownTokens {
  private static final Set<String> ENDS =
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

  /** What code models have around the place that they fill in. */
  private static final Set<String> FILL_IN =
      Set.of(
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<\uFF5Cfim\u2581begin\uFF5C>",
          "<PRE>",
          "\u2581<PRE>",
          "<|code_prefix|>",
          "<|prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<\uFF5Cfim\u2581hole\uFF5C>",
          "<SUF>",
          "\u2581<SUF>",
          "<|code_suffix|>",
          "<|suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<\uFF5Cfim\u2581end\uFF5C>",
          "<MID>",
          "\u2581<MID>",
          "<|code_middle|>",
          "<|middle|>");

  /** How Chameleon's tokens of images begin. */
  private static final String IMAGE = "IMGIMG";

  /** What gpt-oss writes between its channels, which is to be seen in its text. */
  private static final Set<String> SHOWN =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private KnownTokens() {}

  /** All of them end so; it spares nearly all tokens of a vocabulary the looking up. */
  private static boolean bracketed(String piece) {
    char last = piece.charAt(piece.length() - 1);
    return last == '>' || last == ']' || last == '[';
  }

  /** Whether a vocabulary that has a token spelled {@code piece} ends generation with it. */
  static boolean ends(String piece, Predicate<String> hasToken) {
    return bracketed(piece) && endsOf(piece, hasToken);
  }

  private static boolean endsOf(String piece, Predicate<String> hasToken) {
    return switch (piece) {
      case "<|end|>", "</s>" -> !neverEnds(piece, hasToken);
      default -> ENDS.contains(piece);
    };
  }

  /**
   * Whether {@code piece} ends no generation, whatever the file says. There are two such, both
   * llama.cpp's: where {@code <|return|>} or {@code <|flush|>} ends a turn beside {@code <|call|>},
   * {@code <|end|>} only ends a message within it; and where tools answer, {@code </s>} is plain
   * text.
   */
  static boolean neverEnds(String piece, Predicate<String> hasToken) {
    return switch (piece) {
      case "<|end|>" ->
          (hasToken.test("<|call|>") || hasToken.test("<|calls|>"))
              && (hasToken.test("<|return|>") || hasToken.test("<|flush|>"));
      case "</s>" -> hasToken.test("<|tool_response>");
      default -> false;
    };
  }

  /** Whether a token of Chameleon's vocabulary is part of an image. */
  static boolean image(String piece) {
    return piece.startsWith(IMAGE);
  }

  /** The type of a token spelled {@code piece} that the file gives the type {@code declared}. */
  static TokenType type(String piece, TokenType declared, Predicate<String> hasToken) {
    if (!bracketed(piece)) {
      return declared;
    }
    if (ends(piece, hasToken) || FILL_IN.contains(piece)) {
      return TokenType.CONTROL;
    }
    if (neverEnds(piece, hasToken)) {
      return piece.equals("</s>") ? TokenType.NORMAL : TokenType.USER_DEFINED;
    }
    return SHOWN.contains(piece) ? TokenType.USER_DEFINED : declared;
  }
}
