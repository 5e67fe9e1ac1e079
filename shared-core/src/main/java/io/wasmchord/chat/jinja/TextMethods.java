package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.TextKinds;
import io.wasmchord.chat.jinja.text.TextPadding;
import io.wasmchord.chat.jinja.text.TextSearch;
import io.wasmchord.chat.jinja.text.TextSplitting;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str}; families of them have classes of their own. */
final class TextMethods {
  private TextMethods() {}

  /** The method {@code name} of {@code text}, or null if there is none. */
  static @Nullable FunctionValue find(Value.Text text, String name) {
    FunctionValue.Body body =
        switch (name) {
          case "strip" -> (a, run) -> strip(text, a, true, true, run);
          case "lstrip" -> (a, run) -> strip(text, a, true, false, run);
          case "rstrip" -> (a, run) -> strip(text, a, false, true, run);
          case "replace" -> (a, run) -> replace(text, a, run);
          case "removeprefix" -> (a, run) -> removePrefix(text, a, run);
          case "removesuffix" -> (a, run) -> removeSuffix(text, a, run);
          case "upper" -> (a, run) -> text.became(run.made(text.value().toUpperCase(Locale.ROOT)));
          case "lower" -> (a, run) -> text.became(run.made(text.value().toLowerCase(Locale.ROOT)));
          case "casefold" ->
              (a, run) ->
                  text.became(
                      run.made(text.value().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT)));
          case "swapcase" -> (a, run) -> text.became(run.made(swapCase(text.value())));
          case "title" -> (a, run) -> text.became(run.made(title(text.value())));
          case "capitalize" -> (a, run) -> text.became(run.made(capitalize(text.value())));
          case "join" -> (a, run) -> join(text, a, run);
          case "format" -> (a, run) -> BraceFormat.apply(text, a, run);
          case "format_map" -> (a, run) -> BraceFormat.map(text, a, run);
          default -> family(text, name);
        };
    return body == null ? null : new FunctionValue(name, body);
  }

  private static FunctionValue.@Nullable Body family(Value.Text text, String name) {
    FunctionValue.Body body = TextSplitting.find(text, name);
    body = body == null ? TextSearch.find(text.value(), name) : body;
    body = body == null ? TextPadding.find(text, name) : body;
    return body == null ? TextKinds.find(text.value(), name) : body;
  }

  /** Without the characters in the first argument, or space, at the chosen ends. */
  static Value strip(Value.Text of, Arguments a, boolean start, boolean end, Run run) {
    String text = of.value();
    String set =
        a.get(0, "chars", Value.none()) instanceof Value.Text(String given, _) ? given : null;
    int from = 0;
    int to = text.length();
    run.text(to);
    run.search(text, set == null ? "" : set);
    while (end && to > from && in(text.charAt(to - 1), set)) {
      to--;
    }
    while (start && from < to && in(text.charAt(from), set)) {
      from++;
    }
    return of.part(from, to);
  }

  private static boolean in(char c, @Nullable String set) {
    return set == null ? Characters.isSpace(c) : set.indexOf(c) >= 0;
  }

  static Value replace(Value.Text of, Arguments a, Run run) {
    String text = of.value();
    String old = Printer.text(a.require(run, 0, "old"), run);
    Value.Text with = Printer.printed(a.require(run, 1, "new"), run);
    long most = a.get(2, "count", Value.of(-1)) instanceof Value.Int(long n) ? n : -1;
    run.search(text, old);
    TextBuilder out = new TextBuilder();
    int from = 0;
    long done = 0;
    for (int i = text.indexOf(old);
        i >= 0 && done != most && i <= text.length();
        i = old.isEmpty() ? text.offsetByCodePoints(i, 1) : text.indexOf(old, from)) {
      run.append(out, of.part(from, i));
      run.append(out, with);
      from = i + old.length();
      done++;
      if (old.isEmpty() && i == text.length()) {
        break; // there is nothing after the end, and indexOf() would find it again
      }
    }
    run.append(out, of.part(from, text.length()));
    return out.text();
  }

  private static Value removePrefix(Value.Text of, Arguments a, Run run) {
    String part = a.text(run, 0, "prefix", "");
    String text = of.value();
    return run.made(of.part(text.startsWith(part) ? part.length() : 0, text.length()));
  }

  private static Value removeSuffix(Value.Text of, Arguments a, Run run) {
    String part = a.text(run, 0, "suffix", "");
    String text = of.value();
    return run.made(of.part(0, text.length() - (text.endsWith(part) ? part.length() : 0)));
  }

  private static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      String c = text.substring(i, i + 1);
      String upper = c.toUpperCase(Locale.ROOT);
      out.append(upper.equals(c) ? c.toLowerCase(Locale.ROOT) : upper);
    }
    return out.toString();
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

  private static Value join(Value.Text between, Arguments a, Run run) {
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (Value item : Elements.iterate(a.require(run, 0, "iterable"), run)) {
      if (!(item instanceof Value.Text part)) {
        throw run.fail("join() takes texts, not " + item.typeName());
      }
      if (!first) {
        run.append(out, between);
      }
      run.append(out, part);
      first = false;
    }
    return out.text();
  }
}
