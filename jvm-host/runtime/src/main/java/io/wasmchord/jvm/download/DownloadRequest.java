package io.wasmchord.jvm.download;

import io.wasmchord.jvm.download.DownloadException.Kind;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One file to fetch.
 *
 * @param target where the whole file goes; its neighbours with other endings belong to the download
 * @param sha256 the SHA-256 that the bytes must have, in hexadecimal; empty when it is not known
 */
public record DownloadRequest(ModelAddress.Remote address, Path target, String sha256) {
  /**
   * Checks the digest's form.
   *
   * @throws DownloadException with {@code digest_mismatch} when it is no SHA-256
   */
  public DownloadRequest {
    sha256 = sha256.isEmpty() ? sha256 : digest(sha256);
  }

  /** A digest in the form that is compared. */
  static String digest(String text) {
    String digest = text.strip().toLowerCase(Locale.ROOT);
    if (!digest.matches("[0-9a-f]{64}")) {
      throw new DownloadException(
          Kind.DIGEST_MISMATCH,
          "'" + text + "' is not a SHA-256; give 64 hexadecimal digits, or leave it out");
    }
    return digest;
  }

  /** A neighbour of the target. */
  Path beside(String ending) {
    return target.resolveSibling(target.getFileName() + ending);
  }

  DownloadException error(Kind kind, String what) {
    return new DownloadException(kind, address + ": " + what);
  }
}
