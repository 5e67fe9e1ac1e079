package io.wasmchord.session;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.tokenizer.Tokenizer;

/** What a model must fit before texts are fed to it. */
public final class Requirements {
  private Requirements() {}

  /**
   * Sequences of so many tokens are not longer than what the model was trained for.
   *
   * @throws InvalidRequestException when they are, or are empty
   */
  public static void contextLength(ModelConfig config, int contextLength) {
    int trained = config.contextLength();
    if (contextLength < 1 || contextLength > trained) {
      throw new InvalidRequestException(
          "the context length is "
              + contextLength
              + "; this model takes 1 to "
              + trained
              + " tokens");
    }
  }

  /**
   * All ids are of tokens.
   *
   * @param count how many tokens there are
   * @throws InvalidRequestException when one is not
   */
  public static void tokens(int[] ids, int count) {
    for (int id : ids) {
      if (id < 0 || id >= count) {
        throw new InvalidRequestException(
            "there is no token " + id + "; ids are 0 to " + (count - 1));
      }
    }
  }

  /**
   * A prompt has tokens, and no more than there is room for.
   *
   * @param count how many tokens there are to choose from
   * @throws InvalidRequestException when it is otherwise
   */
  static void prompt(int[] prompt, int contextLength, int count) {
    if (prompt.length == 0) {
      throw new InvalidRequestException("the prompt is empty; give at least one token");
    }
    if (prompt.length > contextLength) {
      throw new InvalidRequestException(
          "the prompt has "
              + prompt.length
              + " tokens, the context "
              + contextLength
              + "; shorten the conversation or load the model with a longer context");
    }
    tokens(prompt, count);
  }

  /**
   * The model has an embedding for each token.
   *
   * @throws InvalidModelException when it has fewer
   */
  public static void vocabulary(ModelConfig config, Tokenizer tokenizer) {
    if (tokenizer.size() > config.vocabulary()) {
      throw new InvalidModelException(
          "the vocabulary has "
              + tokenizer.size()
              + " tokens, the model only "
              + config.vocabulary()
              + " embeddings; the file may be converted wrongly: choose another of this model");
    }
  }
}
