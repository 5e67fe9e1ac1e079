package io.wasmchord.jvm.download;

import java.time.Duration;

/** One try failed in a way that may pass; {@link #error()} is for when it does not. */
final class Retry extends Exception {
  private final DownloadException error;
  private final Duration atLeast;

  Retry(DownloadException error) {
    this(error, Duration.ZERO);
  }

  /**
   * A failure after which the server wants to be left alone.
   *
   * @param atLeast for how long
   */
  Retry(DownloadException error, Duration atLeast) {
    super(error.getMessage(), error);
    this.error = error;
    this.atLeast = atLeast;
  }

  DownloadException error() {
    return error;
  }

  Duration atLeast() {
    return atLeast;
  }
}
