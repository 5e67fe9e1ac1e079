package io.wasmchord.errors;

/**
 * The root of every error that wasm-chord raises for bad input or an impossible request. Its {@link
 * #code()} is stable and is what a JavaScript caller sees as {@code error.code}; the message names
 * the file, key and value, and says what to do.
 */
public abstract class ChordException extends RuntimeException {
  private final String code;

  protected ChordException(String code, String message) {
    super(message);
    this.code = code;
  }

  protected ChordException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** A stable, machine-readable name of the kind of error, e.g. {@code malformed_gguf}. */
  public final String code() {
    return code;
  }
}
