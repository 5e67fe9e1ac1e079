package io.wasmchord.api;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names that are spelled alike, for whoever has misspelled one. */
final class Names {
  private static final int LOOKED_AT = 60; // characters of what was given

  private Names() {}

  /** The known name that is spelled most alike, or begins alike, or null. */
  static @Nullable String nearest(String given, List<String> known) {
    String plain = plain(given);
    String best = null;
    int least = (plain.length() + 2) / 3; // the most that may differ
    for (String name : known) {
      String other = plain(name);
      int steps = plain.length() > 2 && other.startsWith(plain) ? 1 : distance(plain, other);
      if (best == null ? steps <= least : steps < least) {
        best = name;
        least = steps;
      }
    }
    return best;
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    String start = name.substring(0, Math.min(LOOKED_AT, name.length())).toLowerCase(Locale.ROOT);
    for (int i = 0; i < start.length(); i++) {
      char c = start.charAt(i);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** How many letters must be put in, left out or replaced. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] next = new int[row.length];
      next[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = row[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        next[j] = Math.min(Math.min(row[j], next[j - 1]) + 1, replaced);
      }
      row = next;
    }
    return row[b.length()];
  }
}
