package io.wasmchord.jvm;

import io.wasmchord.errors.ChordException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A file cannot be read or written. */
public final class FileException extends ChordException {
  public FileException(String message) {
    super("file_error", message);
  }

  private FileException(String message, IOException cause) {
    super("file_error", message, cause);
  }

  /**
   * What the system says of a file, in words.
   *
   * @param how read or written
   */
  public static FileException of(String how, Path file, IOException e) {
    return new FileException("%s cannot be %s: %s".formatted(file, how, reason(e)), e);
  }

  /** What {@code e} says, in words; the JDK's messages of some kinds are the file's name alone. */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "it does not exist; check the path";
      case AccessDeniedException denied -> "permission denied";
      case NotDirectoryException other -> "it is no folder";
      case FileAlreadyExistsException taken -> "it exists already";
      case FileSystemException known when known.getReason() != null -> known.getReason();
      case FileSystemException unknown -> unknown.getClass().getSimpleName();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
