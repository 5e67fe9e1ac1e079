package io.wasmchord.chat.jinja.value;

import java.util.Arrays;

/**
 * Which characters of a text came in with the input, and not from the template: ranges in order
 * that do not touch. A template sees nothing of it; the tokens of a prompt go by it. Immutable.
 */
public final class InputSpans {
  /** All of a text is the template's. */
  public static final InputSpans NONE = new InputSpans(new int[0]);

  private final int[] bounds; // begin and end of each range

  InputSpans(int[] bounds) {
    this.bounds = bounds;
  }

  /** All of a text of {@code length} characters. */
  static InputSpans all(int length) {
    return length == 0 ? NONE : new InputSpans(new int[] {0, length});
  }

  /** Whether all of the text is the template's. */
  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /** Whether any of the characters from {@code from} to {@code to} is the input's. */
  public boolean overlaps(int from, int to) {
    int i = after(from);
    return i < bounds.length && bounds[i & ~1] < to && from < to;
  }

  /**
   * Where the input's next character stands, from {@code at} on; the largest int if there is none.
   */
  public int next(int at) {
    int i = after(at);
    return i == bounds.length ? Integer.MAX_VALUE : Math.max(at, bounds[i & ~1]);
  }

  /** The first bound beyond {@code at}: that of an end where {@code at} is within a range. */
  private int after(int at) {
    int found = Arrays.binarySearch(bounds, at);
    return found < 0 ? -found - 1 : found + 1;
  }

  /** The same for the part of the text from {@code from} to {@code to}. */
  InputSpans part(int from, int to) {
    int first = after(from) & ~1;
    int end = first;
    while (end < bounds.length && bounds[end] < to) {
      end += 2;
    }
    if (first == end || from == to) {
      return NONE;
    }
    int[] within = new int[end - first];
    for (int i = first; i < end; i++) {
      within[i - first] = Math.min(to, Math.max(from, bounds[i])) - from;
    }
    return new InputSpans(within);
  }

  int[] bounds() {
    return bounds;
  }
}
