package io.wasmchord.errors;

/** The work was stopped at the caller's request. */
public final class CancelledException extends ChordException {
  public CancelledException(String message) {
    super("cancelled", message);
  }
}
