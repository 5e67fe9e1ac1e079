package io.wasmchord.server;

import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.http.PrefixHeader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. Where no key is needed, a page elsewhere must not: neither by a name that is made
 * to lead here, nor by a request that a browser sends along without asking.
 */
final class Gate {
  private static final String BEARER = "bearer ";

  private final ServerOptions options;

  Gate(ServerOptions options) {
    this.options = options;
  }

  /**
   * Lets a call pass, with the headers that its page needs.
   *
   * @param open whether it needs no key
   * @throws ApiError when it does not pass
   */
  void check(Call call, boolean open) {
    checkHost(call);
    checkOrigin(call);
    if (!open && !options.apiKeys().isEmpty()) {
      checkKey(call);
    }
  }

  private void checkHost(Call call) {
    String host = call.header("Host");
    if (host != null && options.apiKeys().isEmpty() && !known(host)) {
      throw ApiError.refused(
          421,
          "unknown_host",
          "this server does not answer as '"
              + host
              + "'; allow the name, or give the server a key");
    }
  }

  /** Addresses cannot be made to lead elsewhere. */
  private boolean known(String host) {
    String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")
        || (name.startsWith("[") && name.endsWith("]"))
        || options.hosts().contains(name);
  }

  private void checkOrigin(Call call) {
    String origin = call.header("Origin");
    if (origin == null || own(origin, call.header("Host"))) {
      return;
    }
    Set<String> origins = options.origins();
    if (!origins.contains("*") && !origins.contains(origin)) {
      throw ApiError.refused(
          403,
          "origin_not_allowed",
          "pages of " + origin + " may not call this server; allow them with --cors " + origin);
    }
    call.put("Access-Control-Allow-Origin", origin);
    call.put("Access-Control-Expose-Headers", PrefixHeader.NAME);
    call.put("Vary", "Origin");
  }

  private static boolean own(String origin, @Nullable String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  /** Answers a browser that asks before it calls; the origin was checked. */
  void preflight(Call call) {
    call.put("Access-Control-Allow-Methods", "GET, POST");
    String wanted = call.header("Access-Control-Request-Headers");
    call.put("Access-Control-Allow-Headers", wanted == null ? "*" : wanted);
    call.put("Access-Control-Max-Age", "600");
    if (call.header("Access-Control-Request-Private-Network") != null) {
      call.put("Access-Control-Allow-Private-Network", "true");
    }
    call.send(204, "text/plain", "");
  }

  private void checkKey(Call call) {
    String given = call.header("Authorization");
    String key =
        given != null && given.toLowerCase(Locale.ROOT).startsWith(BEARER)
            ? given.substring(BEARER.length()).strip()
            : "";
    boolean known = false;
    for (String one : options.apiKeys()) { // all of them, so that time tells nothing
      known |= MessageDigest.isEqual(bytes(one), bytes(key));
    }
    if (!known) {
      throw ApiError.refused(
          401,
          "invalid_api_key",
          key.isEmpty()
              ? "this server needs an API key: Authorization: Bearer KEY"
              : "the API key is not one of this server's");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
