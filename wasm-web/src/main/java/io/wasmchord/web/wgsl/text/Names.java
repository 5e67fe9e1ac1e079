package io.wasmchord.web.wgsl.text;

import java.util.ArrayList;
import java.util.List;

/** The names in a piece of WGSL. */
final class Names {
  private Names() {}

  /** Names that an opening parenthesis follows, in order. */
  static List<String> called(String text) {
    List<String> names = new ArrayList<>();
    for (int at = text.indexOf('('); at >= 0; at = text.indexOf('(', at + 1)) {
      int from = at;
      while (from > 0 && part(text.charAt(from - 1))) {
        from--;
      }
      if (from < at) {
        names.add(text.substring(from, at));
      }
    }
    return names;
  }

  private static boolean part(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
