package io.wasmchord.session;

/** Receives text as it is generated. */
@FunctionalInterface
public interface TokenListener {
  /**
   * @param text complete characters, never empty
   * @return whether to go on; false ends generation with {@link FinishReason#LISTENER}
   */
  boolean onText(String text);
}
