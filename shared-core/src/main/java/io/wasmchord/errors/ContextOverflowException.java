package io.wasmchord.errors;

/** A conversation that is longer than its session's context. */
public final class ContextOverflowException extends ChordException {
  /**
   * @param tokens of the conversation
   * @param context that has no room for them and an answer
   */
  public ContextOverflowException(int tokens, int context) {
    super(
        "context_overflow",
        "the conversation has "
            + tokens
            + " tokens, and the session's context of "
            + context
            + " has no room for them and an answer; remove messages, let the session slide"
            + " (overflow: 'slide'), or make one with a longer context");
  }
}
