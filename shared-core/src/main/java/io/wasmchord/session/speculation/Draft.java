package io.wasmchord.session.speculation;

import io.wasmchord.errors.DraftMismatchException;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.tokenizer.Tokenizer;

/**
 * A smaller model that proposes tokens for another one.
 *
 * @param model which stays its owner's to close, after the sessions that use it
 * @param tokens how many of the lowest ids both models have
 * @param head whether it is the other model's own, which takes its hidden states
 */
public record Draft(Model model, int tokens, boolean head) {
  /**
   * By how many tokens vocabularies may differ in size: some models are padded to round numbers.
   */
  private static final int PADDING = 512;

  /**
   * A model to draft with.
   *
   * @param name what the draft model is called, for messages
   * @param forName what the other one is called
   * @throws DraftMismatchException when it does not have the other's tokens, no logits, or an
   *     encoder
   */
  public static Draft of(
      String name, Model model, Tokenizer tokenizer, String forName, Tokenizer other) {
    int common = common(name, model.config(), tokenizer, forName, other);
    return new Draft(model, Math.min(common, model.config().tokens()), false);
  }

  /** A model's own; see {@link io.wasmchord.model.config.NextTokenHead}. */
  public static Draft ofHead(Model head) {
    return new Draft(head, head.config().tokens(), true);
  }

  /**
   * How many of the lowest ids two models have in common, if one can draft for the other; known
   * from headers alone. See {@link #of}.
   */
  public static int common(
      String name, ModelConfig config, Tokenizer tokenizer, String forName, Tokenizer other) {
    String unfit = "the draft model " + name + " cannot propose tokens for " + forName + ": ";
    if (config.encoder() || config.stacks().decodes()) {
      throw new DraftMismatchException(
          unfit + "it has an encoder; choose a smaller decoder of the same family");
    }
    int common = Math.min(tokenizer.size(), other.size());
    for (int id = 0; id < common; id++) {
      if (!tokenizer.piece(id).equals(other.piece(id))) {
        throw new DraftMismatchException(
            unfit
                + "its token "
                + id
                + " is '"
                + tokenizer.piece(id)
                + "', the other's '"
                + other.piece(id)
                + "'; choose a model with the same vocabulary");
      }
    }
    if (Math.abs(tokenizer.size() - other.size()) > PADDING) {
      throw new DraftMismatchException(
          unfit
              + "it has "
              + tokenizer.size()
              + " tokens, the other "
              + other.size()
              + "; choose a model with the same vocabulary");
    }
    return common;
  }
}
