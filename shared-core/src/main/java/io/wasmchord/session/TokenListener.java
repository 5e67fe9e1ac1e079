package io.wasmchord.session;

import java.util.List;

/** Receives text as it is generated. */
@FunctionalInterface
public interface TokenListener {
  /**
   * @param text complete characters, never empty
   * @return whether to go on; false ends generation with {@link FinishReason#LISTENER}
   */
  boolean onText(String text);

  /**
   * Receives a token of {@link GenerationOptions#marks()}, after all text before it.
   *
   * @return whether to go on
   */
  default boolean onMark(int id) {
    return true;
  }

  /**
   * Receives each token before its text, where {@link GenerationOptions#scores()} asks for it. A
   * token that ends the answer is not reported.
   */
  default void onScore(TokenScore score) {}

  /** Receives the prompt's tokens before the answer's, where that is asked for. */
  default void onPrompt(List<TokenScore> scores) {}
}
