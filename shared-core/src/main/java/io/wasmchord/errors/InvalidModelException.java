package io.wasmchord.errors;

/** A GGUF file whose metadata or tensors do not fit together: missing, misshapen or unconsumed. */
public final class InvalidModelException extends ChordException {
  public InvalidModelException(String message) {
    super("invalid_model", message);
  }
}
