package io.wasmchord.constraint.grammar;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.rules.Rules;
import io.wasmchord.constraint.rules.Term;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads GBNF: rules {@code name ::= ...}, with texts in quotes, classes of characters, any
 * character ({@code .}), groups, alternatives and repetitions. A rule ends with its line, except
 * within brackets and after a bar.
 */
public final class GbnfParser {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int MOST_NESTED = 100;
  private static final int MOST_REPEATED = 1 << 16;

  private final String text;
  private final Map<String, Rules.Rule> rules = new LinkedHashMap<>();
  private int at;
  private int depth;

  private GbnfParser(String text) {
    this.text = text;
  }

  /**
   * The texts of rule {@code root}.
   *
   * @throws InvalidGrammarException when the grammar cannot be read, a rule is missing, calls
   *     itself before it has read anything, or never ends
   * @throws io.wasmchord.errors.ConstraintLimitException when it is too large
   */
  public static Frame frame(String grammar) {
    GbnfParser parser = new GbnfParser(grammar);
    if (grammar.length() > MOST_CHARACTERS) {
      throw parser.wrong("the grammar has more than " + MOST_CHARACTERS + " characters");
    }
    parser.space(true);
    while (parser.at < grammar.length()) {
      parser.rule();
    }
    return Rules.frame(parser.rules, "root");
  }

  private Term.Position position(int offset) {
    int line = 1;
    int begin = 0;
    for (int i = 0; i < offset; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        begin = i + 1;
      }
    }
    return new Term.Position(line, offset - begin + 1);
  }

  private InvalidGrammarException wrong(String what) {
    Term.Position place = position(Math.min(at, text.length()));
    return new InvalidGrammarException(place.line(), place.column(), what);
  }

  private boolean is(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean skip(char c) {
    boolean there = is(c);
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!skip(c)) {
      String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
      throw wrong("there is " + found + " where '" + c + "' is expected");
    }
  }

  /** Skips spaces and comments, and new lines where they mean nothing. */
  private void space(boolean lines) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
          at++;
        }
      } else if (c == ' ' || c == '\t' || (lines && (c == '\n' || c == '\r'))) {
        at++;
      } else {
        return;
      }
    }
  }

  private static boolean isName(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }

  private String name() {
    int from = at;
    while (at < text.length() && isName(text.charAt(at))) {
      at++;
    }
    if (at == from) {
      throw wrong("a rule's name is expected");
    }
    return text.substring(from, at);
  }

  private void rule() {
    Term.Position place = position(at);
    String name = name();
    space(false);
    expect(':');
    expect(':');
    expect('=');
    space(true);
    Term term = choice(false);
    if (at < text.length() && !is('\n') && !is('\r')) {
      throw wrong("there is '" + text.charAt(at) + "' where the rule's line should end");
    }
    if (rules.put(name, new Rules.Rule(term, place)) != null) {
      throw new InvalidGrammarException(
          place.line(), place.column(), "there are two rules '" + name + "'");
    }
    space(true);
  }

  private Term choice(boolean nested) {
    if (++depth > MOST_NESTED) {
      throw wrong("brackets nest more than " + MOST_NESTED + " levels");
    }
    List<Term> options = new ArrayList<>();
    options.add(sequence(nested));
    while (skip('|')) {
      space(true);
      options.add(sequence(nested));
    }
    depth--;
    return options.size() == 1 ? options.getFirst() : new Term.Choice(options);
  }

  private Term sequence(boolean nested) {
    List<Term> parts = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        parts.add(literal());
      } else if (c == '[') {
        parts.add(new Term.Chars(charClass()));
      } else if (c == '.') {
        at++;
        parts.add(new Term.Chars(CodePoints.ALL));
      } else if (c == '(') {
        at++;
        space(true);
        parts.add(choice(true));
        expect(')');
      } else if (isName(c)) {
        Term.Position place = position(at);
        parts.add(new Term.Call(name(), place));
      } else if (c == '<' || c == '!') {
        throw wrong("tokens by their names or ids are not supported; write their text");
      } else if ("*+?{".indexOf(c) >= 0) {
        if (parts.isEmpty()) {
          throw wrong("there is nothing to repeat");
        }
        parts.add(repetition(parts.removeLast(), nested));
      } else {
        break;
      }
      space(nested);
    }
    return parts.size() == 1 ? parts.getFirst() : new Term.Sequence(parts);
  }

  private Term literal() {
    List<Term> letters = new ArrayList<>();
    at++;
    while (!skip('"')) {
      letters.add(new Term.Chars(CodePoints.of(letter())));
    }
    return new Term.Sequence(letters);
  }

  private CodePoints charClass() {
    at++;
    boolean negated = skip('^');
    CodePoints set = CodePoints.NONE;
    while (!skip(']')) {
      int from = letter();
      int to = from;
      if (is('-') && at + 1 < text.length() && text.charAt(at + 1) != ']') {
        at++;
        to = letter();
        if (to < from) {
          throw wrong("a range ends before it begins");
        }
      }
      set = set.or(CodePoints.of(from, to));
    }
    return negated ? set.not() : set;
  }

  private int letter() {
    if (at >= text.length()) {
      throw wrong("the grammar ends within quotes or brackets");
    }
    if (!skip('\\')) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      return c;
    }
    char escape = at < text.length() ? text.charAt(at++) : ' ';
    return switch (escape) {
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'n' -> '\n';
      case '\\', '"', '[', ']', '-', '^' -> escape;
      default -> {
        at--;
        throw wrong("there is no escape \\" + escape);
      }
    };
  }

  private int hex(int digits) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit is expected");
      }
      value = 16 * value + digit;
      at++;
    }
    if (value > CodePoints.MAX) {
      throw wrong("there is no such character");
    }
    return (int) value;
  }

  private Term repetition(Term term, boolean nested) {
    if (skip('*')) {
      return new Term.Repeat(term, 0, Term.NO_LIMIT);
    }
    if (skip('+')) {
      return new Term.Repeat(term, 1, Term.NO_LIMIT);
    }
    if (skip('?')) {
      return new Term.Repeat(term, 0, 1);
    }
    expect('{');
    space(nested);
    int least = number();
    space(nested);
    int most = least;
    if (skip(',')) {
      space(nested);
      most = is('}') ? Term.NO_LIMIT : number();
      space(nested);
    }
    expect('}');
    if (most >= 0 && most < least) {
      throw wrong("{" + least + "," + most + "} allows nothing");
    }
    return new Term.Repeat(term, least, most);
  }

  private int number() {
    int from = at;
    long value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = Math.min(10 * value + text.charAt(at++) - '0', Integer.MAX_VALUE);
    }
    if (at == from) {
      throw wrong("a number is expected");
    }
    if (value > MOST_REPEATED) {
      throw wrong("it repeats more than " + MOST_REPEATED + " times");
    }
    return (int) value;
  }
}
