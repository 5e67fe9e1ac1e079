package io.wasmchord.jvm;

import io.wasmchord.ChordException;

/** A file cannot be read or written. */
public final class FileException extends ChordException {
  public FileException(String message) {
    super("file_error", message);
  }
}
