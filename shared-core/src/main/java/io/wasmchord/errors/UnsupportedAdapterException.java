package io.wasmchord.errors;

/** An adapter that fits its model, with something that this version cannot apply. */
public final class UnsupportedAdapterException extends ChordException {
  public UnsupportedAdapterException(String message) {
    super("unsupported_adapter", message);
  }
}
