package io.wasmchord.chat;

/**
 * Finds the end of a list of calls as Python writes them, or of one call, that comes character by
 * character, and gives up as soon as the first name is no tool's. Brackets are counted, not paired.
 */
final class PythonSpan {
  private static final String BUILT_IN = ".call";

  private final OfferedTools offered;
  private final boolean single;
  private final StringBuilder name = new StringBuilder(); // of the first call
  private boolean named;
  private int depth;
  private char quote; // that the text under way ends with, or 0
  private boolean escaped;

  /**
   * @param single whether one call without brackets is meant, too
   */
  PythonSpan(OfferedTools offered, boolean single) {
    this.offered = offered;
    this.single = single;
  }

  JsonSpan.State feed(char c) {
    if (quote != 0) {
      quote = c == quote && !escaped ? 0 : quote;
      escaped = c == '\\' && !escaped;
      return JsonSpan.State.MORE;
    }
    return named ? inside(c) : beforeArguments(c);
  }

  private JsonSpan.State beforeArguments(char c) {
    if (name.isEmpty() && (Character.isWhitespace(c) || (c == '[' && depth == 0))) {
      depth += c == '[' ? 1 : 0;
      return JsonSpan.State.MORE;
    }
    if (depth == 0 && !single) {
      return JsonSpan.State.BROKEN;
    }
    if (c == '(') {
      named = true;
      depth++;
      return known(name.toString().strip()) ? JsonSpan.State.MORE : JsonSpan.State.BROKEN;
    }
    name.append(c);
    return begins(name.toString().strip()) ? JsonSpan.State.MORE : JsonSpan.State.BROKEN;
  }

  private boolean known(String tool) {
    return offered.contains(tool)
        || (tool.endsWith(BUILT_IN)
            && offered.contains(tool.substring(0, tool.length() - BUILT_IN.length())));
  }

  private boolean begins(String begun) {
    int dot = begun.lastIndexOf('.');
    return offered.begins(begun)
        || (dot > 0
            && offered.contains(begun.substring(0, dot))
            && BUILT_IN.startsWith(begun.substring(dot)));
  }

  private JsonSpan.State inside(char c) {
    switch (c) {
      case '"', '\'' -> quote = c;
      case '(', '[', '{' -> depth++;
      case ')', ']', '}' -> depth--;
      default -> {
        return JsonSpan.State.MORE;
      }
    }
    return depth == 0 ? JsonSpan.State.END : JsonSpan.State.MORE;
  }
}
