package io.wasmchord.jvm.download;

import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What of an address may be shown and kept: a signature or a token in it opens the file to whoever
 * reads it.
 */
final class PublicAddress {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)x-(amz|goog|ms)-.*|sig|signature|policy|key-pair-id|expires|key|api[-_]?key|jwt|auth.*"
              + "|.*(token|secret|password|passwd|session|credential).*");
  private static final Pattern QUERY = Pattern.compile("(?s)[?#].*");
  private static final Pattern USER = Pattern.compile("//[^/]*@");
  private static final Pattern UP_TO_AT = Pattern.compile("(?s)//.*@");

  private PublicAddress() {}

  /**
   * The address under which a file is kept: without what only opens the way to it, so that the next
   * signature finds the same file.
   */
  static String kept(URI uri) {
    String bare = bare(uri.toString());
    String query = uri.getRawQuery();
    String rest =
        query == null
            ? ""
            : Arrays.stream(query.split("&", -1))
                .filter(one -> !SECRET.matcher(one.split("=", 2)[0]).matches())
                .collect(Collectors.joining("&"));
    return rest.isEmpty() ? bare : bare + "?" + rest;
  }

  /** An address in a message. */
  static String shown(URI uri) {
    return bare(uri.toString()) + (uri.getRawQuery() == null ? "" : "?…");
  }

  private static String bare(String address) {
    return USER.matcher(QUERY.matcher(address).replaceFirst("")).replaceFirst("//");
  }

  /** In a message, what was to be an address and is none. */
  static String guarded(String text) {
    String path = QUERY.matcher(text).replaceFirst("");
    return UP_TO_AT.matcher(path).replaceFirst("//…@") + (path.equals(text) ? "" : "?…");
  }
}
