package io.wasmchord.chat;

import java.util.Set;

/**
 * Finds the end of a JSON object or list that comes character by character, and gives up as soon as
 * it can be none. What it finds may still not be JSON: brackets are counted, not paired.
 */
final class JsonSpan {
  enum State {
    MORE,
    /** With this character. */
    END,
    BROKEN
  }

  /** What stands outside of quotes: brackets apart, space, signs, numbers, and three words. */
  private static final String OUTSIDE = " \t\n\r:,+-.0123456789Eaeflnrstu";

  private final Set<String> firstKeys;
  private final StringBuilder first = new StringBuilder(); // the first text
  private boolean firstRead;
  private int depth;
  private boolean quoted;
  private boolean escaped;

  /**
   * @param firstKeys what the first text may be, which in an object is a key; empty for anything
   */
  JsonSpan(Set<String> firstKeys) {
    this.firstKeys = firstKeys;
  }

  State feed(char c) {
    if (quoted) {
      return inText(c);
    }
    switch (c) {
      case '"' -> quoted = true;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        depth--;
        return depth == 0 ? State.END : depth < 0 ? State.BROKEN : State.MORE;
      }
      default -> {
        return (OUTSIDE.indexOf(c) < 0 || depth == 0) ? State.BROKEN : State.MORE;
      }
    }
    return depth == 0 ? State.BROKEN : State.MORE;
  }

  private State inText(char c) {
    if (c < ' ') {
      return State.BROKEN;
    }
    if (c == '"' && !escaped) {
      quoted = false;
      boolean known = firstRead || firstKeys.isEmpty() || firstKeys.contains(first.toString());
      firstRead = true;
      return known ? State.MORE : State.BROKEN;
    }
    escaped = c == '\\' && !escaped;
    if (!firstRead) {
      first.append(c);
    }
    return State.MORE;
  }
}
