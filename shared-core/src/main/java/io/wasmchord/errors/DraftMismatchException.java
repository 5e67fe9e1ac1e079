package io.wasmchord.errors;

/** A model that is to propose tokens for another, and cannot: their tokens differ, for example. */
public final class DraftMismatchException extends ChordException {
  public DraftMismatchException(String message) {
    super("draft_mismatch", message);
  }
}
