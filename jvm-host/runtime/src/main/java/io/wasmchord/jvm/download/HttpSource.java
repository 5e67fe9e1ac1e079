package io.wasmchord.jvm.download;

import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Locale;

/**
 * Asks for a file, and follows redirects itself: only the hub's own answer, not that of the store
 * it sends to, has the file's digest, and only the hub may see the token.
 */
final class HttpSource implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;

  /**
   * The last answer on the way.
   *
   * @param linkedSha256 the digest that the asked origin reported, or empty
   * @param linkedSize the size that it reported, or -1
   */
  record Answer(Exchange exchange, String linkedSha256, long linkedSize) implements AutoCloseable {
    @Override
    public void close() {
      exchange.close();
    }
  }

  private final DownloadRequest request;
  private final DownloadPolicy policy;
  private final RunControl control;
  private final HttpClient client;

  HttpSource(DownloadRequest request, DownloadPolicy policy, RunControl control) {
    this.request = request;
    this.policy = policy;
    this.control = control;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // one long stream has no use for more
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(policy.stall())
            .build();
  }

  /**
   * Asks for the bytes from {@code offset} to the end.
   *
   * @param ifRange the validator of what is there already; empty to ask unconditionally
   * @throws IOException when the connection fails
   * @throws DownloadException when redirects lead nowhere
   */
  Answer get(long offset, String ifRange) throws IOException {
    URI uri = request.address().uri();
    Origin first = Origin.of(uri);
    String sha256 = "";
    long size = -1;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      boolean own = Origin.of(uri).equals(first);
      Exchange exchange =
          new Exchange(client, question(uri, own, offset, ifRange), policy.stall(), control);
      String etag = exchange.header("x-linked-etag").replace("\"", "").toLowerCase(Locale.ROOT);
      if (own && etag.matches("[0-9a-f]{64}")) { // small files have a Git hash there
        sha256 = etag;
        size = Reply.number(exchange.header("x-linked-size"));
      }
      String location = exchange.header("location");
      if (!redirect(exchange.status())) {
        return new Answer(exchange, sha256, size);
      }
      exchange.close();
      uri = target(uri, location);
    }
    throw request.error(
        Kind.BAD_RESPONSE, "redirected more than " + MAX_REDIRECTS + " times; check the address");
  }

  private HttpRequest question(URI uri, boolean own, long offset, String ifRange) {
    HttpRequest.Builder question =
        HttpRequest.newBuilder(uri)
            .header("User-Agent", "wasm-chord")
            .header("Accept-Encoding", "identity");
    if (offset > 0) {
      question.header("Range", "bytes=" + offset + "-");
    }
    if (offset > 0 && !ifRange.isEmpty()) {
      question.header("If-Range", ifRange);
    }
    String token = request.address().token();
    if (own && !token.isEmpty()) {
      question.header("Authorization", "Bearer " + token);
    }
    return question.build();
  }

  private static boolean redirect(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private URI target(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean http = "http".equalsIgnoreCase(to.getScheme());
      boolean https = "https".equalsIgnoreCase(to.getScheme());
      boolean safe = https || (http && "http".equalsIgnoreCase(from.getScheme()));
      if (!location.isEmpty() && to.getHost() != null && safe) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw request.error(
        Kind.BAD_RESPONSE,
        "redirected to '"
            + PublicAddress.guarded(location)
            + "', which cannot be followed; check the address");
  }

  /** Lets go of the connections, also of those that still have something to say. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
