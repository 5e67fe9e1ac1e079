package io.wasmchord.chat.jinja;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that templates use. */
final class TextMethods {
  private TextMethods() {}

  /** The method {@code name} of {@code text}, or null if there is none. */
  static @Nullable FunctionValue find(String text, String name) {
    FunctionValue.Body body =
        switch (name) {
          case "strip" -> (a, run) -> strip(text, a, true, true, run);
          case "lstrip" -> (a, run) -> strip(text, a, true, false, run);
          case "rstrip" -> (a, run) -> strip(text, a, false, true, run);
          case "split" -> (a, run) -> TextSplitting.split(text, a, false, run);
          case "rsplit" -> (a, run) -> TextSplitting.split(text, a, true, run);
          case "splitlines" -> (a, run) -> TextSplitting.lines(text, a, run);
          case "replace" -> (a, run) -> replace(text, a, run);
          case "startswith" -> (a, run) -> Value.of(affix(text, a, true, run));
          case "endswith" -> (a, run) -> Value.of(affix(text, a, false, run));
          case "removeprefix" -> (a, run) -> removePrefix(text, a, run);
          case "removesuffix" -> (a, run) -> removeSuffix(text, a, run);
          case "upper" -> (a, run) -> Value.of(run.made(text.toUpperCase(Locale.ROOT)));
          case "lower" -> (a, run) -> Value.of(run.made(text.toLowerCase(Locale.ROOT)));
          case "title" -> (a, run) -> Value.of(run.made(title(text)));
          case "capitalize" -> (a, run) -> Value.of(run.made(capitalize(text)));
          case "join" -> (a, run) -> join(text, a, run);
          case "find" -> (a, run) -> Value.of(search(text, a, true, run));
          case "rfind" -> (a, run) -> Value.of(search(text, a, false, run));
          case "count" -> (a, run) -> count(text, a, run);
          case "isdigit" -> (a, run) -> all(text, Character::isDigit, run);
          case "isalpha" -> (a, run) -> all(text, Character::isLetter, run);
          case "isalnum" -> (a, run) -> all(text, Character::isLetterOrDigit, run);
          case "isspace" -> (a, run) -> all(text, Characters::isSpace, run);
          default -> null;
        };
    return body == null ? null : new FunctionValue(name, body);
  }

  /** A property of characters. */
  @FunctionalInterface
  private interface Property {
    boolean holds(int codePoint);
  }

  private static Value all(String text, Property property, Run run) {
    run.text(text.length());
    return Value.of(!text.isEmpty() && text.codePoints().allMatch(property::holds));
  }

  /** Without the characters in the first argument, or space, at the chosen ends. */
  static Value strip(String text, Arguments a, boolean start, boolean end, Run run) {
    String set = a.get(0, "chars", Value.none()) instanceof Value.Text(String given) ? given : null;
    int from = 0;
    int to = text.length();
    run.text(set == null ? to : to * (1L + set.length() / 32));
    while (end && to > from && in(text.charAt(to - 1), set)) {
      to--;
    }
    while (start && from < to && in(text.charAt(from), set)) {
      from++;
    }
    return Value.of(text.substring(from, to));
  }

  private static boolean in(char c, @Nullable String set) {
    return set == null ? Characters.isSpace(c) : set.indexOf(c) >= 0;
  }

  static Value replace(String text, Arguments a, Run run) {
    String old = Printer.text(a.require(run, 0, "old"), run);
    String with = Printer.text(a.require(run, 1, "new"), run);
    long most = a.get(2, "count", Value.of(-1)) instanceof Value.Int(long n) ? n : -1;
    run.search(text, old);
    StringBuilder out = new StringBuilder();
    int from = 0;
    long done = 0;
    for (int i = text.indexOf(old);
        i >= 0 && done != most && i <= text.length();
        i = old.isEmpty() ? text.offsetByCodePoints(i, 1) : text.indexOf(old, from)) {
      run.append(out, text.substring(from, i));
      run.append(out, with);
      from = i + old.length();
      done++;
      if (old.isEmpty() && i == text.length()) {
        break; // there is nothing after the end, and indexOf() would find it again
      }
    }
    run.append(out, text.substring(from));
    return Value.of(out.toString());
  }

  /**
   * The part of a text that a search looks at.
   *
   * @param before code points before it
   */
  private record Window(String text, int before) {}

  /** What the arguments {@code start} and {@code end} leave, or null where they leave nothing. */
  private static @Nullable Window window(String text, Arguments a, Run run) {
    Value from = a.get(1, "start", Value.none());
    Value to = a.get(2, "end", Value.none());
    if (from instanceof Value.None && to instanceof Value.None) {
      return new Window(text, 0);
    }
    run.read(text.length());
    int length = Characters.length(text);
    long first = from instanceof Value.None ? 0 : Numbers.integer(from, "start", run);
    int start = Access.bound(first, 0, length, 0, Integer.MAX_VALUE);
    long last = to instanceof Value.None ? length : Numbers.integer(to, "end", run);
    int end = Access.bound(last, length, length, 0, length);
    if (start > end) {
      return null;
    }
    int at = text.offsetByCodePoints(0, start);
    String part = text.substring(at, text.offsetByCodePoints(at, end - start));
    return new Window(run.made(part), start);
  }

  private static boolean affix(String text, Arguments a, boolean start, Run run) {
    Value wanted = a.require(run, 0, start ? "prefix" : "suffix");
    List<Value> options =
        wanted instanceof ListValue list && list.tuple() ? list.items() : List.of(wanted);
    Window window = window(text, a, run);
    for (Value option : options) {
      if (!(option instanceof Value.Text(String part))) {
        throw run.fail("a text starts or ends with a text, not with " + option.typeName());
      }
      run.step();
      run.read(Math.min(part.length(), text.length()));
      if (window != null && (start ? window.text.startsWith(part) : window.text.endsWith(part))) {
        return true;
      }
    }
    return false;
  }

  private static Value removePrefix(String text, Arguments a, Run run) {
    String part = a.text(run, 0, "prefix", "");
    return Value.of(run.made(text.startsWith(part) ? text.substring(part.length()) : text));
  }

  private static Value removeSuffix(String text, Arguments a, Run run) {
    String part = a.text(run, 0, "suffix", "");
    int end = text.length() - (text.endsWith(part) ? part.length() : 0);
    return Value.of(run.made(text.substring(0, end)));
  }

  /** With a capital after everything that is no letter. */
  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = Character.isLetter(c);
      out.append(letter ? inWord ? Character.toLowerCase(c) : Character.toUpperCase(c) : c);
      inWord = letter;
    }
    return out.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static Value join(String between, Arguments a, Run run) {
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Value item : Access.iterate(a.require(run, 0, "iterable"), run)) {
      if (!(item instanceof Value.Text(String part))) {
        throw run.fail("join() takes texts, not " + item.typeName());
      }
      run.append(out, first ? "" : between);
      run.append(out, part);
      first = false;
    }
    return Value.of(out.toString());
  }

  private static long search(String text, Arguments a, boolean forward, Run run) {
    String part = a.text(run, 0, "sub", "");
    run.search(text, part);
    Window window = window(text, a, run);
    if (window == null) {
      return -1;
    }
    int at = forward ? window.text.indexOf(part) : window.text.lastIndexOf(part);
    return at < 0 ? -1 : window.before + window.text.codePointCount(0, at);
  }

  private static Value count(String text, Arguments a, Run run) {
    String part = a.text(run, 0, "sub", "");
    run.search(text, part);
    Window window = window(text, a, run);
    if (window == null) {
      return Value.of(0);
    }
    if (part.isEmpty()) {
      return Value.of(Characters.length(window.text) + 1);
    }
    int found = 0;
    String all = window.text;
    for (int i = all.indexOf(part); i >= 0; i = all.indexOf(part, i + part.length())) {
      found++;
    }
    return Value.of(found);
  }
}
