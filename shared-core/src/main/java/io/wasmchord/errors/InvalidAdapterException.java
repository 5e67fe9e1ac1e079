package io.wasmchord.errors;

/** A GGUF file that is no adapter, or none of the model that it was loaded for. */
public final class InvalidAdapterException extends ChordException {
  public InvalidAdapterException(String message) {
    super("invalid_adapter", message);
  }
}
