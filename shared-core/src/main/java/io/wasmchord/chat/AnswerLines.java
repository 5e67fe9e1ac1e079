package io.wasmchord.chat;

/** Where lines of an answer begin, and whether they are those of fenced code. */
final class AnswerLines {
  private static final String FENCE = "```";

  private final StringBuilder begin = new StringBuilder(); // of the line, without its space
  private boolean beginning = true;
  private boolean fenced;

  /** Whether a line begins here that is none of fenced code. */
  boolean beginning() {
    return beginning && !fenced;
  }

  void take(String text) {
    for (int i = 0; i < text.length(); i++) {
      take(text.charAt(i));
    }
  }

  private void take(char c) {
    beginning = c == '\n';
    if (beginning) {
      begin.setLength(0);
    } else if (begin.length() < FENCE.length() && !(begin.isEmpty() && Character.isWhitespace(c))) {
      begin.append(c);
      fenced ^= begin.toString().equals(FENCE);
    }
  }
}
