package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import java.util.List;

/**
 * What a GGUF file says of its tokenizer, under {@code tokenizer.ggml.*}. The constructor checks
 * that the parts fit together.
 *
 * @param model {@code model}: {@code llama} (SentencePiece), {@code gpt2} (byte-level BPE), {@code
 *     bert} (WordPiece), {@code t5} (SentencePiece's unigram model), {@code gemma4} (BPE of
 *     characters), {@code rwkv}, {@code plamo2}, {@code whitespace} or {@code hybriddna}
 * @param pre {@code pre}: the pre-tokenizer's name; only models of byte pairs have one
 * @param tokens {@code tokens}: spellings by id
 * @param scores {@code scores}: higher joins earlier ({@code llama}), or logarithms of
 *     probabilities ({@code t5}, {@code plamo2}); empty stands for all equal
 * @param types {@code token_type}: GGUF's numbers (1 normal, 2 unknown, 3 control, 4 user-defined,
 *     5 unused, 6 byte); empty stands for all normal
 * @param merges {@code merges}: pairs of spellings with a space between, best first, of models of
 *     byte pairs
 * @param special the tokens that have a role
 * @param rules what is done to text first
 */
@SuppressWarnings("ArrayRecordComponent") // vocabularies are large, and never compared
public record Vocabulary(
    String model,
    String pre,
    List<String> tokens,
    float[] scores,
    int[] types,
    List<String> merges,
    SpecialTokens special,
    TextRules rules) {

  /**
   * The longest spelling that is accepted, in UTF-16 units: it bounds the work that hostile text
   * can cause per character.
   */
  static final int MAX_TOKEN_LENGTH = 1024;

  /** UTF-16 units of all spellings; vocabularies of 262,144 tokens have two million. */
  static final int MAX_CHARACTERS = 1 << 23;

  /**
   * @throws InvalidModelException when the parts contradict each other
   * @throws UnsupportedModelException when a token is longer than this runtime handles
   */
  public Vocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    if (tokens.isEmpty()) {
      throw new InvalidModelException(
          "tokenizer.ggml.tokens is empty: the file holds no vocabulary");
    }
    long characters = 0;
    for (int i = 0; i < tokens.size(); i++) {
      characters += tokens.get(i).length();
      if (tokens.get(i).length() > MAX_TOKEN_LENGTH) {
        throw new UnsupportedModelException(
            "tokenizer.ggml.tokens[%d] has %d characters; at most %d are supported"
                .formatted(i, tokens.get(i).length(), MAX_TOKEN_LENGTH));
      }
    }
    if (characters > MAX_CHARACTERS) {
      throw new UnsupportedModelException(
          "tokenizer.ggml.tokens has %d characters in all; at most %d are supported"
              .formatted(characters, MAX_CHARACTERS));
    }
    checkScores(scores, tokens.size());
    if (types.length != 0 && types.length != tokens.size()) {
      throw new InvalidModelException(
          "tokenizer.ggml.token_type has %d entries for %d tokens"
              .formatted(types.length, tokens.size()));
    }
    special.check(tokens.size());
  }

  private static void checkScores(float[] scores, int tokens) {
    if (scores.length == 0) {
      return;
    }
    if (scores.length != tokens) {
      throw new InvalidModelException(
          "tokenizer.ggml.scores has %d entries for %d tokens".formatted(scores.length, tokens));
    }
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new InvalidModelException("tokenizer.ggml.scores[" + i + "] is not a number");
      }
    }
  }

  /** The type of token {@code id}. */
  TokenType type(int id) {
    return types.length == 0 ? TokenType.NORMAL : TokenType.of(types[id]);
  }
}
