package io.wasmchord.session;

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
}
