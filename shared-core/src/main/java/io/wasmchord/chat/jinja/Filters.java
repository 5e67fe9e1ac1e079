package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.FormatSpec;
import io.wasmchord.chat.jinja.text.Markup;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters, by name; families of them have classes of their own. */
final class Filters {
  private static final String SIZES = "kMGTPEZY";

  private static final Set<String> NAMES =
      Set.of(
          ("abs attr batch capitalize center count d default dictsort e escape filesizeformat first"
                  + " float forceescape format groupby indent int items join last length list lower"
                  + " map max min pprint random reject rejectattr replace reverse round safe select"
                  + " selectattr slice sort string striptags sum title tojson trim truncate unique"
                  + " upper urlencode urlize wordcount wordwrap xmlattr")
              .split(" "));

  private Filters() {}

  static Value apply(String name, Value value, Arguments a, Run run) {
    run.step();
    return switch (name) {
      case "default", "d" -> otherwise(value, a);
      case "length", "count" -> Value.of(Elements.length(value, run));
      case "string" -> Printer.printed(value, run);
      case "safe" -> value;
      case "list" -> Value.of(Elements.iterate(value, run));
      case "items" -> items(value, run);
      case "tojson" -> JsonFilter.filter(value, a, run);
      case "abs" -> abs(value, run);
      case "int" -> integer(value, a, run);
      case "float" -> real(value, a, run);
      case "round" -> round(value, a, run);
      case "attr" -> Access.own(value, Printer.text(a.require(run, 0, "name"), run), run);
      case "filesizeformat" -> fileSize(value, a, run);
      case "pprint" -> PrettyPrinter.line(value, run);
      case "wordcount" -> Value.of(words(Printer.text(value, run), run));
      case "xmlattr" -> Markup.attributes(value, a, run);
      case "urlize" -> throw run.fail("the filter 'urlize' makes HTML; it is not supported");
      default -> {
        Value found = family(name, value, a, run);
        if (found == null) {
          throw run.fail("there is no filter '" + name + "'");
        }
        yield found;
      }
    };
  }

  /** Whether there is a filter called {@code name}. */
  static boolean has(String name) {
    return NAMES.contains(name);
  }

  private static Value fileSize(Value value, Arguments a, Run run) {
    Value number = real(value, Arguments.NONE, run);
    double bytes = Numbers.real(number);
    boolean binary = a.flag(0, "binary");
    double base = binary ? 1024 : 1000;
    if (bytes < base) {
      return Value.of(bytes == 1 ? "1 Byte" : (long) bytes + " Bytes");
    }
    int power = 0;
    double unit = base * base;
    while (bytes >= unit && power < SIZES.length() - 1) {
      unit *= base;
      power++;
    }
    String size = String.valueOf(SIZES.charAt(power));
    String shown = new FormatSpec('f', "", 0, 1).write(Value.of(base * bytes / unit), run).value();
    return Value.of(shown + " " + (binary ? size.toUpperCase(Locale.ROOT) + "iB" : size + "B"));
  }

  private static int words(String text, Run run) {
    run.text(text.length());
    int count = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      boolean letter = Characters.continuesName(text.charAt(i));
      count += letter && !inWord ? 1 : 0;
      inWord = letter;
    }
    return count;
  }

  private static @Nullable Value family(String name, Value value, Arguments a, Run run) {
    Value found = TextFilters.apply(name, value, a, run);
    found = found == null ? ListFilters.apply(name, value, a, run) : found;
    found = found == null ? GroupFilters.apply(name, value, a, run) : found;
    return found == null ? LayoutFilters.apply(name, value, a, run) : found;
  }

  private static Value otherwise(Value value, Arguments a) {
    boolean missing = value instanceof Value.Undefined || (a.flag(1, "boolean") && !value.truthy());
    return missing ? a.get(0, "default_value", Value.of("")) : value;
  }

  private static Value items(Value value, Run run) {
    return switch (value) {
      case Value.Undefined u -> ListValue.list();
      case DictValue dict -> {
        run.list(dict.size());
        yield Value.of(dict.items());
      }
      default -> throw run.fail("items of " + value.typeName() + ", which is no dictionary");
    };
  }

  private static Value abs(Value value, Run run) {
    if (!Numbers.isNumber(value)) {
      throw run.fail("abs of " + value.typeName() + ", which is no number");
    }
    return value instanceof Value.Real(double d)
        ? Value.of(Math.abs(d))
        : Operations.sign(Numbers.whole(value) < 0, value, run);
  }

  private static Value integer(Value value, Arguments a, Run run) {
    Value otherwise = a.get(0, "default", Value.of(0));
    int base = (int) Math.max(2, Math.min(36, a.integer(run, 1, "base", 10)));
    return switch (value) {
      case Value.Int i -> i;
      case Value.Bool b -> Value.of(Numbers.whole(b));
      case Value.Undefined(String reason) -> throw run.fail(reason);
      case Value.Real(double d) when !Double.isNaN(d) && !Double.isInfinite(d) ->
          Value.of((long) d);
      case Value.Text(String text, _) -> {
        run.text(text.length());
        yield parse(Characters.strip(text), base, otherwise);
      }
      default -> otherwise;
    };
  }

  private static Value parse(String text, int base, Value otherwise) {
    try {
      return Value.of(Long.parseLong(text.replace("_", ""), base));
    } catch (NumberFormatException e) {
      return isDecimal(text) ? Value.of((long) Double.parseDouble(text)) : otherwise;
    }
  }

  private static Value real(Value value, Arguments a, Run run) {
    Value otherwise = a.get(0, "default", Value.of(0.0));
    if (value instanceof Value.Undefined(String reason)) {
      throw run.fail(reason);
    }
    if (Numbers.isNumber(value)) {
      return Value.of(Numbers.real(value));
    }
    run.text(value instanceof Value.Text(String text, _) ? text.length() : 0);
    return value instanceof Value.Text(String text, _) && isDecimal(Characters.strip(text))
        ? Value.of(Double.parseDouble(Characters.strip(text)))
        : otherwise;
  }

  /** Whether Python and Java read this as the same number: Java also knows suffixes and hex. */
  private static boolean isDecimal(String text) {
    boolean digits = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      digits |= Characters.isDigit(c);
      if (!Characters.isDigit(c) && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    try {
      return digits && !Double.isNaN(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Halves go to the even neighbour; beyond a few digits, binary fractions may show. */
  private static Value round(Value value, Arguments a, Run run) {
    if (!Numbers.isNumber(value)) {
      throw run.fail("round of " + value.typeName() + ", which is no number");
    }
    String method = a.text(run, 1, "method", "common");
    long digits = a.integer(run, 0, "precision", 0);
    if (digits < -300 || digits > 300) {
      throw run.fail("round to " + digits + " digits");
    }
    if (method.equals("common") && Numbers.isInteger(value) && digits >= 0) {
      return Value.of(Numbers.whole(value));
    }
    if (method.equals("common") && Numbers.isInteger(value)) {
      double unit = Math.pow(10, (double) -digits);
      return Value.of((long) (Math.rint(Numbers.real(value) / unit) * unit));
    }
    double scale = Math.pow(10, (double) digits);
    double scaled = Numbers.real(value) * scale;
    double rounded =
        switch (method) {
          case "common" -> Math.rint(scaled);
          case "ceil" -> Math.ceil(scaled);
          case "floor" -> Math.floor(scaled);
          default -> throw run.fail("there is no rounding method '" + method + "'");
        };
    return Value.of(rounded / scale);
  }

  /**
   * The value at a dotted path such as {@code function.name}, as {@code attribute=} names it.
   *
   * @param otherwise stands in for each part that is missing, unless it is null
   */
  static Value path(Value value, Value path, @Nullable Value otherwise, Run run) {
    if (Numbers.isInteger(path)) {
      return present(Access.item(value, path, run), otherwise);
    }
    Value result = value;
    String dotted = Printer.text(path, run);
    run.text(dotted.length());
    for (Value part : parts(dotted)) {
      run.step();
      result = present(Access.item(result, part, run), otherwise);
    }
    return result;
  }

  private static Value present(Value found, @Nullable Value otherwise) {
    return found instanceof Value.Undefined && otherwise != null ? otherwise : found;
  }

  private static List<Value> parts(String path) {
    List<Value> parts = new ArrayList<>();
    int from = 0;
    for (int dot = path.indexOf('.'); from <= path.length(); dot = path.indexOf('.', from)) {
      String part = path.substring(from, dot < 0 ? path.length() : dot);
      boolean index = !part.isEmpty() && part.length() < 10;
      for (int i = 0; i < part.length(); i++) {
        char c = part.charAt(i);
        index &= Characters.isDigit(c);
      }
      parts.add(index ? Value.of(Long.parseLong(part)) : Value.of(part));
      from += part.length() + 1;
    }
    return parts;
  }
}
