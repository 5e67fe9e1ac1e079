package io.wasmchord.errors;

/** The bytes are not a well-formed GGUF file: a length, offset, count, type or string is wrong. */
public final class MalformedGgufException extends ChordException {
  public MalformedGgufException(String message) {
    super("malformed_gguf", message);
  }
}
