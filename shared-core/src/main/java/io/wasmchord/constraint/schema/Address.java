package io.wasmchord.constraint.schema;

import java.util.ArrayList;
import java.util.List;

/** Addresses of schemas: RFC 3986's way to resolve a reference. */
record Address(String scheme, String authority, String path, String query) {
  /** Reads an address without its fragment. */
  static Address of(String text) {
    String rest = withoutFragment(text);
    String scheme = "";
    int colon = rest.indexOf(':');
    int slash = rest.indexOf('/');
    if (colon > 0 && (slash < 0 || colon < slash)) {
      scheme = rest.substring(0, colon + 1);
      rest = rest.substring(colon + 1);
    }
    String authority = "";
    if (rest.startsWith("//")) {
      int end = rest.indexOf('/', 2);
      authority = end < 0 ? rest : rest.substring(0, end);
      rest = end < 0 ? "" : rest.substring(end);
    }
    int mark = rest.indexOf('?');
    return new Address(
        scheme,
        authority,
        mark < 0 ? rest : rest.substring(0, mark),
        mark < 0 ? "" : rest.substring(mark));
  }

  static String withoutFragment(String text) {
    int hash = text.indexOf('#');
    return hash < 0 ? text : text.substring(0, hash);
  }

  static String fragment(String text) {
    int hash = text.indexOf('#');
    return hash < 0 ? "" : text.substring(hash + 1);
  }

  /** What {@code reference} means at {@code base}, without a fragment. */
  static String resolve(String base, String reference) {
    String plain = withoutFragment(reference);
    if (plain.isEmpty()) {
      return withoutFragment(base);
    }
    Address to = of(plain);
    if (!to.scheme.isEmpty()) {
      return to.text();
    }
    Address from = of(base);
    if (!to.authority.isEmpty()) {
      return new Address(from.scheme, to.authority, to.path, to.query).text();
    }
    if (to.path.isEmpty()) {
      return new Address(from.scheme, from.authority, from.path, to.query).text();
    }
    String path = to.path;
    if (!path.startsWith("/")) {
      boolean bare = from.path.isEmpty() && !from.authority.isEmpty();
      path = (bare ? "/" : from.path.substring(0, from.path.lastIndexOf('/') + 1)) + path;
    }
    return new Address(from.scheme, from.authority, withoutDots(path), to.query).text();
  }

  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    String[] parts = path.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      if (parts[i].equals("..")) {
        if (kept.size() > 1) {
          kept.removeLast();
        }
        if (last) {
          kept.add("");
        }
      } else if (!parts[i].equals(".")) {
        kept.add(parts[i]);
      } else if (last) {
        kept.add("");
      }
    }
    return String.join("/", kept);
  }

  private String text() {
    return scheme + authority + path + query;
  }
}
