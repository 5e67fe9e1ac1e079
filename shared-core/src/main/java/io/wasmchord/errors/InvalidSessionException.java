package io.wasmchord.errors;

/** Bytes that are no saved session, or one that was damaged or cut short. */
public final class InvalidSessionException extends ChordException {
  public InvalidSessionException(String message) {
    super("session_invalid", message);
  }
}
