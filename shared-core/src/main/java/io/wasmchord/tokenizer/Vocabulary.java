package io.wasmchord.tokenizer;

import io.wasmchord.model.InvalidModelException;
import io.wasmchord.model.UnsupportedModelException;
import java.util.List;

/**
 * What a GGUF file says of its tokenizer, under {@code tokenizer.ggml.*}. The constructor checks
 * that the parts fit together; an id of -1 means that there is no such token.
 *
 * @param model {@code model}: {@code llama} (SentencePiece) or {@code gpt2} (byte-level BPE)
 * @param pre {@code pre}: the pre-tokenizer's name; only {@code gpt2} has one
 * @param tokens {@code tokens}: spellings by id
 * @param scores {@code scores}: higher joins earlier ({@code llama}); empty stands for all equal
 * @param types {@code token_type}: GGUF's numbers (1 normal, 2 unknown, 3 control, 4 user-defined,
 *     5 unused, 6 byte); empty stands for all normal
 * @param merges {@code merges}: pairs of spellings with a space between, best first ({@code gpt2})
 * @param bos begins a sequence
 * @param eos ends a sequence
 * @param eot ends a turn
 * @param eom ends a message
 * @param unknown stands for text that has no token
 * @param addBos whether {@code bos} is put before a text
 * @param addEos whether {@code eos} is put after a text
 * @param addSpacePrefix whether a space is put before a text ({@code llama})
 */
@SuppressWarnings("ArrayRecordComponent") // vocabularies are large, and never compared
public record Vocabulary(
    String model,
    String pre,
    List<String> tokens,
    float[] scores,
    int[] types,
    List<String> merges,
    int bos,
    int eos,
    int eot,
    int eom,
    int unknown,
    boolean addBos,
    boolean addEos,
    boolean addSpacePrefix) {

  /**
   * The longest spelling that is accepted, in UTF-16 units: it bounds the work that hostile text
   * can cause per character.
   */
  static final int MAX_TOKEN_LENGTH = 1024;

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
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).length() > MAX_TOKEN_LENGTH) {
        throw new UnsupportedModelException(
            "tokenizer.ggml.tokens[%d] has %d characters; at most %d are supported"
                .formatted(i, tokens.get(i).length(), MAX_TOKEN_LENGTH));
      }
    }
    checkScores(scores, tokens.size());
    if (types.length != 0 && types.length != tokens.size()) {
      throw new InvalidModelException(
          "tokenizer.ggml.token_type has %d entries for %d tokens"
              .formatted(types.length, tokens.size()));
    }
    checkId("bos_token_id", bos, tokens.size());
    checkId("eos_token_id", eos, tokens.size());
    checkId("eot_token_id", eot, tokens.size());
    checkId("eom_token_id", eom, tokens.size());
    checkId("unknown_token_id", unknown, tokens.size());
    checkAdded("add_bos_token", addBos, "bos_token_id", bos);
    checkAdded("add_eos_token", addEos, "eos_token_id", eos);
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

  private static void checkId(String key, int id, int tokens) {
    if (id < -1 || id >= tokens) {
      throw new InvalidModelException(
          "tokenizer.ggml.%s is %d, but there are %d tokens".formatted(key, id, tokens));
    }
  }

  private static void checkAdded(String flag, boolean added, String key, int id) {
    if (added && id < 0) {
      throw new InvalidModelException(
          "tokenizer.ggml.%s is true, but tokenizer.ggml.%s is not set".formatted(flag, key));
    }
  }

  /** The type of token {@code id}. */
  TokenType type(int id) {
    return types.length == 0 ? TokenType.NORMAL : TokenType.of(types[id]);
  }
}
