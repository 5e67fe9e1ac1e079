package io.wasmchord.errors;

/** A well-formed GGUF file whose architecture, format or tokenizer this runtime does not know. */
public final class UnsupportedModelException extends ChordException {
  public UnsupportedModelException(String message) {
    super("unsupported_model", message);
  }
}
