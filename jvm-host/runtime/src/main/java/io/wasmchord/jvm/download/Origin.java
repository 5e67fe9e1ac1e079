package io.wasmchord.jvm.download;

import java.net.URI;
import java.util.Locale;

/** Who is asked: a token is for one origin only. */
record Origin(String scheme, String host, int port) {
  static Origin of(URI uri) {
    String scheme = lower(uri.getScheme());
    int usual = scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, lower(uri.getHost()), uri.getPort() < 0 ? usual : uri.getPort());
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
