package io.wasmchord.errors;

/** The host cannot give a region of memory that was asked for. */
public final class OutOfMemoryException extends ChordException {
  public OutOfMemoryException(String message) {
    super("out_of_memory", message);
  }
}
