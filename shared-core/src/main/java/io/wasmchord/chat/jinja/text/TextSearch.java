package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that look for texts in a text. */
public final class TextSearch {
  private TextSearch() {}

  /** What the method {@code name} does, or null if it is none of these. */
  public static FunctionValue.@Nullable Body find(String text, String name) {
    return switch (name) {
      case "startswith" -> (a, run) -> Value.of(affix(text, a, true, run));
      case "endswith" -> (a, run) -> Value.of(affix(text, a, false, run));
      case "find" -> (a, run) -> Value.of(search(text, a, true, run));
      case "rfind" -> (a, run) -> Value.of(search(text, a, false, run));
      case "index" -> (a, run) -> Value.of(index(text, a, true, run));
      case "rindex" -> (a, run) -> Value.of(index(text, a, false, run));
      case "count" -> (a, run) -> count(text, a, run);
      default -> null;
    };
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
    int start = Numbers.bound(first, 0, length, 0, Integer.MAX_VALUE);
    long last = to instanceof Value.None ? length : Numbers.integer(to, "end", run);
    int end = Numbers.bound(last, length, length, 0, length);
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
      if (!(option instanceof Value.Text(String part, _))) {
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

  private static long index(String text, Arguments a, boolean forward, Run run) {
    long found = search(text, a, forward, run);
    if (found < 0) {
      throw run.fail("index() of a text that is not in the text");
    }
    return found;
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
