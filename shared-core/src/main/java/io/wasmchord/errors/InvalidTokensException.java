package io.wasmchord.errors;

/** Ids that are no tokens of a vocabulary, or whose text is longer than one text may be. */
public final class InvalidTokensException extends ChordException {
  public InvalidTokensException(String message) {
    super("invalid_request", message);
  }
}
