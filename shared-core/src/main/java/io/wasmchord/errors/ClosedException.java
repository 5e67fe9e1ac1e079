package io.wasmchord.errors;

/** What was used has been closed, before the call or while it waited. */
public final class ClosedException extends ChordException {
  public ClosedException(String message) {
    super("closed", message);
  }

  /** A model's, or of what it computes with. */
  public static ClosedException model() {
    return new ClosedException("the model is closed; load it again");
  }
}
