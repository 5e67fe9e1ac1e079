package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a paragraph into lines by the rules of Python's {@code textwrap}: words stay whole where
 * they fit a line, and the space at a break goes.
 */
public final class WordWrap {
  private static final String SPACE = "\t\n\u000B\f\r ";
  private static final String PUNCTUATION = "!\"'&.,?";

  private final int[] text; // code points, which is what Python counts
  private final int width;
  private final boolean breakWords;
  private final boolean breakHyphens;
  private final int[] ends; // of the words, and of the spaces between them
  private int chunk;
  private int at;

  private WordWrap(String text, int width, boolean breakWords, boolean breakHyphens) {
    this.text = text.codePoints().toArray();
    this.width = width;
    this.breakWords = breakWords;
    this.breakHyphens = breakHyphens;
    this.ends = chunks();
  }

  /**
   * The lines of {@code text}, none of which is empty.
   *
   * @param width characters in a line, at least 1
   * @param breakWords whether words that fit no line are broken
   * @param breakHyphens whether words are broken after hyphens
   */
  public static List<String> lines(
      String text, int width, boolean breakWords, boolean breakHyphens, Run run) {
    run.text(2L * text.length());
    return new WordWrap(text, width, breakWords, breakHyphens).lines(run);
  }

  private List<String> lines(Run run) {
    List<String> lines = new ArrayList<>();
    while (at < text.length) {
      run.list(1);
      String line = line(!lines.isEmpty());
      if (!line.isEmpty()) {
        lines.add(run.made(line));
      }
    }
    return lines;
  }

  private String line(boolean later) {
    if (later && blank(at, ends[chunk])) {
      at = ends[chunk++];
    }
    int from = at;
    int last = at; // where the last part of the line begins
    while (chunk < ends.length && ends[chunk] - from <= width) {
      last = at;
      at = ends[chunk++];
    }
    if (chunk < ends.length && ends[chunk] - at > width) {
      if (breakWords) {
        last = at;
        at = cut(at, width - (at - from));
      } else if (at == from) {
        last = at;
        at = ends[chunk++];
      }
    }
    int end = blank(last, at) ? last : at;
    return new String(text, from, end - from);
  }

  /**
   * Where a word is broken of which {@code space} characters fit: after a hyphen if there is one.
   */
  private int cut(int from, int space) {
    int hyphen = from + space - 1;
    while (breakHyphens && hyphen > from && text[hyphen] != '-') {
      hyphen--;
    }
    if (breakHyphens && hyphen > from) {
      for (int i = from; i < hyphen; i++) {
        if (text[i] != '-') {
          return hyphen + 1;
        }
      }
    }
    return from + space;
  }

  private boolean blank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Characters.isSpace(text[i])) {
        return false;
      }
    }
    return true;
  }

  private int[] chunks() {
    List<Integer> found = new ArrayList<>();
    for (int from = 0; from < text.length; from = found.getLast()) {
      found.add(breakHyphens ? hyphenated(from) : word(from));
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The end of the space or the word at {@code from}. */
  private int word(int from) {
    boolean space = space(from);
    int to = from;
    while (to < text.length && space(to) == space) {
      to++;
    }
    return to;
  }

  /** The same, where a word also ends after a hyphen and beside a dash of two hyphens or more. */
  private int hyphenated(int from) {
    if (space(from)) {
      return word(from);
    }
    if (dash(from)) {
      return afterHyphens(from);
    }
    int to = from + 1;
    while (to < text.length && !space(to) && !dash(to)) {
      if (hyphen(to) && text[to] == '-') {
        return to + 1;
      }
      to++;
    }
    return to;
  }

  private boolean space(int i) {
    return SPACE.indexOf(text[i]) >= 0;
  }

  /** Whether a dash of two hyphens or more begins there, with a word before and after it. */
  private boolean dash(int i) {
    if (text[i] != '-' || i == 0 || !word(i - 1, PUNCTUATION)) {
      return false;
    }
    int after = afterHyphens(i);
    return after - i >= 2 && after < text.length && word(after, "");
  }

  private int afterHyphens(int from) {
    int to = from;
    while (to < text.length && text[to] == '-') {
      to++;
    }
    return to;
  }

  /** Whether the hyphen there is one within a word: letters stand around it. */
  private boolean hyphen(int i) {
    boolean before = letter(i - 1) && (letter(i - 2) || (dashAt(i - 2) && letter(i - 3)));
    return before && letter(i + 1) && (letter(i + 2) || (dashAt(i + 2) && letter(i + 3)));
  }

  private boolean dashAt(int i) {
    return i >= 0 && i < text.length && text[i] == '-';
  }

  private boolean letter(int i) {
    return i >= 0 && i < text.length && word(i, "") && !Character.isDigit(text[i]);
  }

  private boolean word(int i, String more) {
    int c = text[i];
    return c == '_' || Character.isLetterOrDigit(c) || more.indexOf(c) >= 0;
  }
}
