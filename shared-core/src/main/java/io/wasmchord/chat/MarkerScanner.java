package io.wasmchord.chat;

import java.util.Collection;
import java.util.List;

/** Finds markers in a text that comes in any pieces: what may begin one is held back. */
final class MarkerScanner {
  /** Hears what a text consists of. */
  interface Parts {
    /**
     * @param text never empty, and no marker
     */
    void text(String text);

    void marker(String marker);
  }

  private final List<String> markers;
  private final Parts parts;
  private final StringBuilder certain = new StringBuilder();
  private final StringBuilder begin = new StringBuilder(); // of a marker, perhaps, after that

  /**
   * @param markers none of which begins another
   */
  MarkerScanner(Collection<String> markers, Parts parts) {
    this.markers = List.copyOf(markers);
    this.parts = parts;
  }

  void feed(String text) {
    for (int i = 0; i < text.length(); i++) {
      begin.append(text.charAt(i));
      String held = begin.toString();
      while (!held.isEmpty() && !begins(held)) {
        certain.append(held.charAt(0));
        held = held.substring(1);
      }
      begin.setLength(0);
      if (markers.contains(held)) {
        pass();
        parts.marker(held);
      } else {
        begin.append(held);
      }
    }
    pass();
  }

  private boolean begins(String held) {
    return markers.stream().anyMatch(marker -> marker.startsWith(held));
  }

  /** What is held is text: something else comes, or nothing. */
  void end() {
    certain.append(begin);
    begin.setLength(0);
    pass();
  }

  private void pass() {
    if (!certain.isEmpty()) {
      String text = certain.toString();
      certain.setLength(0);
      parts.text(text);
    }
  }
}
