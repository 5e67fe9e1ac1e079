package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that bring a text to a width. */
public final class TextPadding {
  private static final int TAB = 8;

  private TextPadding() {}

  /** What the method {@code name} does, or null if it is none of these. */
  public static FunctionValue.@Nullable Body find(Value.Text text, String name) {
    return switch (name) {
      case "center" ->
          (a, run) -> {
            long width = Numbers.integer(a.require(run, 0, "width"), "width", run);
            return center(text, width, fill(a, run), run);
          };
      case "ljust" -> (a, run) -> justify(text, a, false, run);
      case "rjust" -> (a, run) -> justify(text, a, true, run);
      case "zfill" -> (a, run) -> zeros(text, a, run);
      case "expandtabs" -> (a, run) -> expandTabs(text, a, run);
      default -> null;
    };
  }

  private static Value.Text fill(Arguments a, Run run) {
    Value.Text fill = a.text(run, 1, "fillchar", new Value.Text(" "));
    if (Characters.length(fill.value()) != 1) {
      throw run.fail("a text is filled with one character, not with '" + fill.value() + "'");
    }
    return fill;
  }

  public static Value center(Value.Text text, long width, Value.Text fill, Run run) {
    long missing = missing(text, width, run);
    long left = missing / 2 + (missing & width & 1); // where Python puts the odd space
    return padded(text, left, missing - left, fill, run);
  }

  private static Value justify(Value.Text text, Arguments a, boolean right, Run run) {
    long width = Numbers.integer(a.require(run, 0, "width"), "width", run);
    long missing = missing(text, width, run);
    return padded(text, right ? missing : 0, right ? 0 : missing, fill(a, run), run);
  }

  private static long missing(Value.Text text, long width, Run run) {
    run.read(text.value().length());
    return Math.max(0, width - Characters.length(text.value()));
  }

  static Value.Text padded(Value.Text text, long left, long right, Value.Text fill, Run run) {
    TextBuilder out = new TextBuilder();
    run.append(out, repeated(fill, left, run));
    run.append(out, text);
    run.append(out, repeated(fill, right, run));
    return out.text();
  }

  private static Value.Text repeated(Value.Text fill, long times, Run run) {
    run.fits(times * fill.value().length());
    return fill.became(fill.value().repeat((int) times));
  }

  private static Value zeros(Value.Text text, Arguments a, Run run) {
    long width = Numbers.integer(a.require(run, 0, "width"), "width", run);
    long missing = missing(text, width, run);
    String value = text.value();
    int sign = value.startsWith("-") || value.startsWith("+") ? 1 : 0;
    TextBuilder out = new TextBuilder();
    run.append(out, text.part(0, sign));
    run.append(out, repeated(new Value.Text("0"), missing, run));
    run.append(out, text.part(sign, value.length()));
    return out.text();
  }

  private static Value expandTabs(Value.Text text, Arguments a, Run run) {
    long size = a.integer(run, 0, "tabsize", TAB);
    String value = text.value();
    TextBuilder out = new TextBuilder();
    int from = 0;
    long column = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\t') {
        run.append(out, text.part(from, i));
        long spaces = size > 0 ? size - column % size : 0;
        run.append(out, repeated(new Value.Text(" "), spaces, run));
        column += spaces;
        from = i + 1;
      } else {
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
      }
    }
    run.append(out, text.part(from, value.length()));
    return out.text();
  }
}
