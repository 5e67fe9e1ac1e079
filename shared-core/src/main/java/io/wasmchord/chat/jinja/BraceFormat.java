package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.BraceSpec;
import io.wasmchord.chat.jinja.text.FormatSpec;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.List;

/** Python's {@code str.format}. */
final class BraceFormat {
  private static final int NESTING = 2; // a field's layout may hold fields, and these no more

  private final Arguments arguments;
  private final Run run;
  private int used; // of the values that have no name
  private boolean numbered; // fields have numbers
  private boolean counted; // fields have none

  private BraceFormat(Arguments arguments, Run run) {
    this.arguments = arguments;
    this.run = run;
  }

  /** What {@code text.format(...)} gives. */
  static Value apply(Value.Text text, Arguments a, Run run) {
    return new BraceFormat(a, run).format(text, NESTING);
  }

  /** What {@code text.format_map(dictionary)} gives. */
  static Value map(Value.Text text, Arguments a, Run run) {
    if (!(a.require(run, 0, "mapping") instanceof DictValue named)) {
      throw run.fail("format_map() takes a dictionary");
    }
    return apply(text, new Arguments(List.of(), named), run);
  }

  private Value.Text format(Value.Text text, int nesting) {
    if (nesting == 0) {
      throw run.fail("the fields of a text to be formatted nest too deep");
    }
    TextBuilder out = new TextBuilder();
    String format = text.value();
    int at = 0;
    while (at < format.length()) {
      int brace = nextBrace(format, at);
      run.append(out, text.part(at, brace));
      if (brace == format.length()) {
        break;
      }
      run.step();
      boolean twice =
          brace + 1 < format.length() && format.charAt(brace + 1) == format.charAt(brace);
      if (twice) {
        run.append(out, text.part(brace, brace + 1));
        at = brace + 2;
      } else if (format.charAt(brace) == '}') {
        throw run.fail("a text to be formatted has a '}' without a '{'");
      } else {
        int end = closing(format, brace);
        run.append(out, field(text.part(brace + 1, end), nesting));
        at = end + 1;
      }
    }
    return out.text();
  }

  private static int nextBrace(String format, int from) {
    int at = from;
    while (at < format.length() && format.charAt(at) != '{' && format.charAt(at) != '}') {
      at++;
    }
    return at;
  }

  private int closing(String format, int open) {
    int depth = 0;
    for (int i = open; i < format.length(); i++) {
      char c = format.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw run.fail("a text to be formatted has a '{' without a '}'");
  }

  /** A field without its braces: name, conversion and layout. */
  private Value.Text field(Value.Text field, int nesting) {
    String text = field.value();
    int end = 0;
    boolean bracket = false;
    while (end < text.length() && (bracket || "!:".indexOf(text.charAt(end)) < 0)) {
      bracket = text.charAt(end) == '[' || (bracket && text.charAt(end) != ']');
      end++;
    }
    Value value = value(text.substring(0, end));
    if (end < text.length() && text.charAt(end) == '!') {
      char kind = end + 1 < text.length() ? text.charAt(end + 1) : ' ';
      value = converted(value, kind);
      end += 2;
      if (end < text.length() && text.charAt(end) != ':') {
        throw run.fail("a field has '" + text.charAt(end) + "' after its conversion");
      }
    }
    String layout = "";
    if (end < text.length()) {
      layout = format(field.part(end + 1, text.length()), nesting - 1).value();
    }
    return BraceSpec.of(layout, run).write(value, run);
  }

  private Value converted(Value value, char kind) {
    return switch (kind) {
      case 's' -> Printer.printed(value, run);
      case 'r' -> Printer.repr(value, run);
      case 'a' -> FormatSpec.ascii(Printer.repr(value, run), run);
      default -> throw run.fail("there is no conversion '!" + kind + "'");
    };
  }

  private Value value(String path) {
    int end = 0;
    while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
      end++;
    }
    Value value = first(path.substring(0, end));
    while (end < path.length()) {
      run.step();
      int from = end + 1;
      if (path.charAt(end) == '.') {
        end = from;
        while (end < path.length() && ".[".indexOf(path.charAt(end)) < 0) {
          end++;
        }
        value = Access.attribute(value, path.substring(from, end), run);
      } else {
        int close = path.indexOf(']', from);
        if (close < 0) {
          throw run.fail("a field has a '[' without a ']'");
        }
        String key = path.substring(from, close);
        long index = number(key);
        value = Access.item(value, index < 0 ? Value.of(key) : Value.of(index), run);
        end = close + 1;
      }
    }
    return value;
  }

  private Value first(String name) {
    long number = name.isEmpty() ? used++ : number(name);
    counted |= name.isEmpty();
    numbered |= !name.isEmpty() && number >= 0;
    if (counted && numbered) {
      throw run.fail("some fields have numbers, and some have none");
    }
    if (number >= arguments.positional().size()) {
      throw run.fail("there is no value for the field " + number);
    }
    if (number >= 0) {
      return arguments.positional().get((int) number);
    }
    run.name(name);
    Value found = arguments.named().get(name);
    if (found == null) {
      throw run.fail("there is no value for the field '" + Printer.shown(name) + "'");
    }
    return found;
  }

  /** The number that {@code digits} spell, or -1. */
  private static long number(String digits) {
    boolean all = !digits.isEmpty() && digits.length() < 10;
    for (int i = 0; i < digits.length() && all; i++) {
      all = Characters.isDigit(digits.charAt(i));
    }
    return all ? Long.parseLong(digits) : -1;
  }
}
