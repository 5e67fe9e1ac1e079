package io.wasmchord.errors;

/** A request that cannot be met: a parameter out of range, a prompt longer than the context. */
public final class InvalidRequestException extends ChordException {
  public InvalidRequestException(String message) {
    super("invalid_request", message);
  }
}
