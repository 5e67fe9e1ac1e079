package io.wasmchord.model;

import io.wasmchord.ChordException;

/** A well-formed GGUF file whose architecture, format or tokenizer this runtime does not know. */
public final class UnsupportedModelException extends ChordException {
  public UnsupportedModelException(String message) {
    super("unsupported_model", message);
  }
}
