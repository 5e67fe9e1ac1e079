package io.wasmchord.errors;

/** A saved session of another model, or of another version of the format. */
public final class SessionMismatchException extends ChordException {
  public SessionMismatchException(String message) {
    super("session_mismatch", message);
  }
}
