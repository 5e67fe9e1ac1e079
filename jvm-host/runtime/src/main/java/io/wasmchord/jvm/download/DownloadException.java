package io.wasmchord.jvm.download;

import io.wasmchord.errors.ChordException;
import java.util.Locale;

/** A model could not be fetched. The message names the address, what happened and the remedy. */
public final class DownloadException extends ChordException {
  /** What went wrong; in lower case it is the {@link #code()}. */
  public enum Kind {
    /** What the user wrote is no address. */
    INVALID_ADDRESS,
    /** The hub's token has a character that no token has. */
    INVALID_TOKEN,
    /** The server answered with a status that is an error. */
    HTTP_ERROR,
    /** The server could not be reached, or the connection broke or stood still too often. */
    NETWORK_ERROR,
    /** The server's answer contradicts itself or the question. */
    BAD_RESPONSE,
    /** What the server sends is something else, such as a page to log in. */
    NOT_A_MODEL,
    /** The file kept changing while it was read. */
    SOURCE_CHANGED,
    /** The bytes are not those that were promised. */
    DIGEST_MISMATCH,
    /** The file does not fit. */
    OUT_OF_DISK,
    /** The cache directory cannot be read or written. */
    FILE_ERROR,
    /** Somebody else is writing the same file. */
    DOWNLOAD_IN_PROGRESS,
    /** A file of a split model is missing. */
    MISSING_PART,
    /** What a split model's files say of their number and places is not what their names say. */
    WRONG_PARTS
  }

  private final Kind kind;

  DownloadException(Kind kind, String message) {
    super(kind.name().toLowerCase(Locale.ROOT), message);
    this.kind = kind;
  }

  DownloadException(Kind kind, String message, Throwable cause) {
    super(kind.name().toLowerCase(Locale.ROOT), message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
