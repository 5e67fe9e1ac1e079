package io.wasmchord.session;

import java.util.List;
import java.util.Set;

/** Passes text on, but holds back what may turn out to be the beginning of a stop text. */
final class StopFilter {
  private final List<String> stops;
  private final Set<String> kept;
  private String held = "";
  private boolean stopped;

  /**
   * @param kept those that stay part of the text
   */
  StopFilter(List<String> stops, Set<String> kept) {
    this.stops = stops;
    this.kept = kept;
  }

  /** Adds text; returns what is certain to be part of the text. */
  String push(String text) {
    held += text;
    int first = held.length();
    int end = first;
    for (String stop : stops) {
      int found = held.indexOf(stop);
      if (found >= 0 && found < first) {
        first = found;
        end = found + (kept.contains(stop) ? stop.length() : 0);
        stopped = true;
      }
    }
    if (!stopped) {
      end = held.length() - beginning();
    }
    String certain = held.substring(0, end);
    held = stopped ? "" : held.substring(end);
    return certain;
  }

  /** How many characters at the end could begin a stop text. */
  private int beginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (stop.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }

  /** Whether a stop text has come. */
  boolean stopped() {
    return stopped;
  }

  /** What was held back when no more text comes. */
  String flush() {
    String rest = held;
    held = "";
    return rest;
  }
}
