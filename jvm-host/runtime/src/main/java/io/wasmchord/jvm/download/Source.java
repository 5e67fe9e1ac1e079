package io.wasmchord.jvm.download;

/**
 * What a server says of a file: enough to notice that it became another one.
 *
 * @param etag the ETag header, or empty
 * @param lastModified the Last-Modified header, or empty
 * @param sha256 the digest that the hub reports, or empty
 * @param size bytes in all, or -1
 */
record Source(String etag, String lastModified, String sha256, long size) {
  static final Source UNKNOWN = new Source("", "", "", -1);

  /** What If-Range can be sent with: a strong ETag, else the date; empty when there is nothing. */
  String validator() {
    String best = etag.isEmpty() || etag.startsWith("W/") ? lastModified : etag;
    return best.matches("[\\x20-\\x7e]*") ? best : ""; // a client must not send anything else
  }

  /** False as soon as one fact contradicts; the hub's digest outweighs its caches' ETags. */
  boolean mayBe(Source other) {
    if (size >= 0 && other.size >= 0 && size != other.size) {
      return false;
    }
    if (!sha256.isEmpty() && !other.sha256.isEmpty()) {
      return sha256.equals(other.sha256);
    }
    if (!etag.isEmpty() && !other.etag.isEmpty()) {
      return etag.equals(other.etag);
    }
    return lastModified.isEmpty()
        || other.lastModified.isEmpty()
        || lastModified.equals(other.lastModified);
  }
}
