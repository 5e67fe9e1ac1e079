package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary that have a role, and which of them are put around a text. An id of -1
 * means that there is no such token.
 *
 * @param bos begins a sequence; in {@code bert}, the class token
 * @param eos ends a sequence
 * @param eot ends a turn
 * @param eom ends a message
 * @param unknown stands for text that has no token
 * @param separator ends a text ({@code bert})
 * @param addBos whether {@code bos} is put before a text
 * @param addEos whether {@code eos} is put after a text
 * @param addSeparator whether {@code separator} is put after a text
 * @param between what code models are trained with between files and repositories; ends generation
 *     too
 * @param suppressed what no answer has
 */
public record SpecialTokens(
    int bos,
    int eos,
    int eot,
    int eom,
    int unknown,
    int separator,
    boolean addBos,
    boolean addEos,
    boolean addSeparator,
    List<Integer> between,
    List<Integer> suppressed) {

  /** No such tokens. */
  public static final SpecialTokens NONE =
      new SpecialTokens(-1, -1, -1, -1, -1, -1, false, false, false);

  public SpecialTokens {
    between = List.copyOf(between);
    suppressed = List.copyOf(suppressed);
  }

  /** Without what few models have. */
  public SpecialTokens(
      int bos,
      int eos,
      int eot,
      int eom,
      int unknown,
      int separator,
      boolean addBos,
      boolean addEos,
      boolean addSeparator) {
    this(
        bos, eos, eot, eom, unknown, separator, addBos, addEos, addSeparator, List.of(), List.of());
  }

  /** The tokens that end generation, by their roles. */
  IntStream ends() {
    return IntStream.concat(
            IntStream.of(eos, eot, eom), between.stream().mapToInt(Integer::intValue))
        .filter(id -> id >= 0);
  }

  /**
   * Checks that the ids fit a vocabulary of {@code tokens} tokens.
   *
   * @throws InvalidModelException when they do not
   */
  void check(int tokens) {
    checkId("bos_token_id", bos, tokens);
    checkId("eos_token_id", eos, tokens);
    checkId("eot_token_id", eot, tokens);
    checkId("eom_token_id", eom, tokens);
    checkId("unknown_token_id", unknown, tokens);
    between.forEach(id -> checkId("fim_*_token_id", id, tokens));
    checkId("seperator_token_id", separator, tokens); // GGUF's spelling
    checkAdded("add_bos_token", addBos, "bos_token_id", bos);
    checkAdded("add_eos_token", addEos, "eos_token_id", eos);
    checkAdded("add_sep_token", addSeparator, "seperator_token_id", separator);
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
}
