package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.syntax.Token.Kind;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.errors.ChatTemplateException;
import java.util.List;

/** Scans names, numbers, texts and operators up to the end of a tag. */
final class CodeScanner {
  private static final String[] OPERATORS = {
    "**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "|", "=", "<", ">", "(", ")",
    "[", "]", "{", "}", ".", ",", ":"
  };

  private final String source;
  private final String end;
  private final List<Token> tokens;
  private int at;
  private int line;
  private int open; // brackets; the end of a tag is looked for outside of them
  private char mode = ' ';

  CodeScanner(String source, int from, int line, String end, List<Token> tokens) {
    this.source = source;
    this.end = end;
    this.tokens = tokens;
    this.at = from;
    this.line = line;
  }

  int line() {
    return line;
  }

  /** The sign before the end of the tag: minus, plus or something else. */
  char mode() {
    return mode;
  }

  /** Scans the tag, and returns the index after its end. */
  int scan() {
    int start = line;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (Characters.isSpace(c)) {
        line += c == '\n' ? 1 : 0;
        at++;
      } else if (atEnd(c)) {
        return at;
      } else if (c == '\'' || c == '"') {
        text(c);
      } else if (Characters.isDigit(c)) {
        number();
      } else if (Characters.startsName(c)) {
        name();
      } else {
        operator();
      }
    }
    throw new ChatTemplateException(start, "a tag is not closed with '" + end + "'");
  }

  private boolean atEnd(char c) {
    if (open > 0) {
      return false;
    }
    int sign = c == '-' || (c == '+' && end.equals("%}")) ? 1 : 0;
    if (!source.startsWith(end, at + sign)) {
      return false;
    }
    mode = sign == 1 ? c : ' ';
    at += sign + end.length();
    tokens.add(new Token(end.equals("%}") ? Kind.TAG_END : Kind.OUTPUT_END, end, line));
    return true;
  }

  private void name() {
    int from = at;
    while (at < source.length() && Characters.continuesName(source.charAt(at))) {
      at++;
    }
    tokens.add(new Token(Kind.NAME, source.substring(from, at), line));
  }

  private void operator() {
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        count(operator);
        tokens.add(new Token(Kind.OPERATOR, operator, line));
        at += operator.length();
        return;
      }
    }
    throw new ChatTemplateException(line, "unexpected character '" + source.charAt(at) + "'");
  }

  private void count(String operator) {
    switch (operator) {
      case "(", "[", "{" -> open++;
      case ")", "]", "}" -> {
        if (--open < 0) {
          throw new ChatTemplateException(line, "unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
  }

  private void number() {
    int from = at;
    if (source.charAt(at) == '0' && at + 1 < source.length()) {
      int radix = "xX".indexOf(source.charAt(at + 1)) >= 0 ? 16 : 0;
      radix = "oO".indexOf(source.charAt(at + 1)) >= 0 ? 8 : radix;
      radix = "bB".indexOf(source.charAt(at + 1)) >= 0 ? 2 : radix;
      if (radix != 0) {
        at += 2;
        int digits = at;
        while (at < source.length() && digit(source.charAt(at), radix)) {
          at++;
        }
        integer(source.substring(digits, at), radix);
        return;
      }
    }
    digits();
    boolean item = from > 0 && source.charAt(from - 1) == '.'; // of x.0.1, which is no fraction
    boolean fraction = !item && fraction();
    boolean real = (!item && exponent()) || fraction;
    String text = source.substring(from, at).replace("_", "");
    if (real) {
      tokens.add(new Token(Kind.FLOAT, text, line));
    } else {
      integer(text, 10);
    }
  }

  private static boolean digit(char c, int radix) {
    return c == '_' || Character.digit(c, radix) >= 0;
  }

  private void digits() {
    while (at < source.length() && digit(source.charAt(at), 10)) {
      at++;
    }
  }

  private boolean fraction() {
    if (at + 1 < source.length()
        && source.charAt(at) == '.'
        && Characters.isDigit(source.charAt(at + 1))) {
      at++;
      digits();
      return true;
    }
    return false;
  }

  private boolean exponent() {
    if (at >= source.length() || "eE".indexOf(source.charAt(at)) < 0) {
      return false;
    }
    int p = at + 1;
    if (p < source.length() && "+-".indexOf(source.charAt(p)) >= 0) {
      p++;
    }
    if (p >= source.length() || !Characters.isDigit(source.charAt(p))) {
      return false;
    }
    at = p;
    digits();
    return true;
  }

  private void integer(String digits, int radix) {
    try {
      long value = Long.parseLong(digits.replace("_", ""), radix);
      tokens.add(new Token(Kind.INTEGER, Long.toString(value), line));
    } catch (NumberFormatException e) {
      throw new ChatTemplateException(
          line, "a number of " + digits.length() + " digits does not fit 64 bits");
    }
  }

  private void text(char quote) {
    int start = line;
    StringBuilder text = new StringBuilder();
    at++;
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c == quote) {
        tokens.add(new Token(Kind.STRING, text.toString(), start));
        return;
      }
      if (c == '\\' && at < source.length()) {
        line += source.charAt(at) == '\n' ? 1 : 0;
        at = Escapes.append(source, at, line, text);
      } else {
        line += c == '\n' ? 1 : 0;
        text.append(c);
      }
    }
    throw new ChatTemplateException(start, "a text is not closed with " + quote);
  }
}
