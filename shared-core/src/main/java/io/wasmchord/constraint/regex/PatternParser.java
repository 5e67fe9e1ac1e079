package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.rules.Term;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions in JavaScript's syntax. What an automaton cannot hold is refused: back
 * references, lookahead, lookbehind, word boundaries.
 */
public final class PatternParser {
  private static final int MOST_NESTED = 100;
  private static final int MOST_REPEATED = 1 << 16;

  private final String text;
  private final PatternFlags flags;
  private int at;
  private int depth;

  private PatternParser(String text, PatternFlags flags) {
    this.text = text;
    this.flags = flags;
  }

  /**
   * The texts that {@code pattern} matches from their beginning to their end.
   *
   * @throws InvalidGrammarException when it cannot be read
   */
  public static Term whole(String pattern, PatternFlags flags) {
    return new PatternParser(pattern, flags).parse();
  }

  /** The texts in which {@code pattern} matches somewhere. */
  public static Term somewhere(String pattern) {
    Term inner = whole(pattern, PatternFlags.NONE);
    return new Term.Sequence(List.of(Term.ANYTHING, inner, Term.ANYTHING));
  }

  private Term parse() {
    Term term = choice();
    if (at < text.length()) {
      throw wrong("')' without '('");
    }
    return term;
  }

  private InvalidGrammarException wrong(String what) {
    return new InvalidGrammarException(1, Math.min(at, text.length()) + 1, "pattern: " + what);
  }

  private InvalidGrammarException unsupported(String what) {
    return wrong(what + " cannot be enforced; write the pattern without");
  }

  private boolean more() {
    return at < text.length();
  }

  private boolean skip(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  private int next() {
    if (!more()) {
      throw wrong("it ends too early");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private Term choice() {
    if (++depth > MOST_NESTED) {
      throw wrong("it nests more than " + MOST_NESTED + " levels");
    }
    List<Term> options = new ArrayList<>();
    options.add(sequence());
    while (skip("|")) {
      options.add(sequence());
    }
    depth--;
    return options.size() == 1 ? options.getFirst() : new Term.Choice(options);
  }

  private Term sequence() {
    List<Term> parts = new ArrayList<>();
    while (more() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      parts.add(repeated(atom()));
    }
    return parts.size() == 1 ? parts.getFirst() : new Term.Sequence(parts);
  }

  private Term repeated(Term term) {
    if (!more()) {
      return term;
    }
    Term result;
    if (skip("*")) {
      result = new Term.Repeat(term, 0, Term.NO_LIMIT);
    } else if (skip("+")) {
      result = new Term.Repeat(term, 1, Term.NO_LIMIT);
    } else if (skip("?")) {
      result = new Term.Repeat(term, 0, 1);
    } else {
      result = counted(term);
    }
    if (result != term) {
      skip("?"); // lazy or not, the texts are the same
      if (more() && "*+?".indexOf(text.charAt(at)) >= 0) {
        throw wrong("nothing to repeat");
      }
    }
    return result;
  }

  private Term counted(Term term) {
    int from = at;
    if (!skip("{")) {
      return term;
    }
    int least = number();
    int most = least;
    if (skip(",")) {
      most = more() && text.charAt(at) == '}' ? Term.NO_LIMIT : number();
    }
    if (least < 0 || most < Term.NO_LIMIT || !skip("}")) {
      at = from; // no count: a brace
      return term;
    }
    if (most >= 0 && most < least) {
      throw wrong("{" + least + "," + most + "} allows nothing");
    }
    return new Term.Repeat(term, least, most);
  }

  /** A number, or -2 where there is none. */
  private int number() {
    int from = at;
    long value = 0;
    while (more() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = Math.min(value * 10 + text.charAt(at++) - '0', Integer.MAX_VALUE);
    }
    if (value > MOST_REPEATED) {
      throw wrong("it repeats more than " + MOST_REPEATED + " times");
    }
    return at == from ? -2 : (int) value;
  }

  private Term atom() {
    if (skip("(")) {
      return group();
    }
    if (skip("[")) {
      return new Term.Chars(charClass());
    }
    if (skip("^")) {
      return new Term.AtStart();
    }
    if (skip("$")) {
      return new Term.AtEnd();
    }
    if (skip(".")) {
      return new Term.Chars(flags.dotAll() ? CodePoints.ALL : CharClasses.NO_LINE_END);
    }
    if (text.startsWith("\\", at)) {
      char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
      if (kind == 'b' || kind == 'B') {
        throw unsupported("the word boundary \\" + kind);
      }
      if ((kind >= '1' && kind <= '9') || kind == 'k') {
        throw unsupported("the back reference \\" + kind);
      }
      at++;
      return new Term.Chars(folded(escape()));
    }
    if ("*+?".indexOf(text.charAt(at)) >= 0) {
      throw wrong("nothing to repeat");
    }
    return new Term.Chars(folded(CodePoints.of(next())));
  }

  private CodePoints folded(CodePoints set) {
    return flags.ignoreCase() ? CharClasses.bothCases(set) : set;
  }

  private Term group() {
    if (skip("?")) {
      if (skip("=") || skip("!")) {
        throw unsupported("a lookahead");
      }
      if (skip("<=") || skip("<!")) {
        throw unsupported("a lookbehind");
      }
      if (skip("<")) {
        int end = text.indexOf('>', at);
        if (end < 0) {
          throw wrong("a group's name without '>'");
        }
        at = end + 1;
      } else if (!skip(":")) {
        throw unsupported("a group of this kind");
      }
    }
    Term inner = choice();
    if (!skip(")")) {
      throw wrong("'(' without ')'");
    }
    return inner;
  }

  private CodePoints charClass() {
    boolean negated = skip("^");
    CodePoints set = CodePoints.NONE;
    while (!skip("]")) {
      if (!more()) {
        throw wrong("'[' without ']'");
      }
      CodePoints first = classAtom();
      boolean range =
          at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']';
      if (range && single(first)) {
        at++;
        CodePoints last = classAtom();
        if (!single(last)) {
          throw wrong("a range ends with a class");
        }
        if (last.from(0) < first.from(0)) {
          throw wrong("a range ends before it begins");
        }
        first = CodePoints.of(first.from(0), last.from(0));
      }
      set = set.or(first);
    }
    CodePoints all = folded(set);
    return negated ? all.not() : all;
  }

  private static boolean single(CodePoints set) {
    return set.ranges() == 1 && set.from(0) == set.to(0);
  }

  private CodePoints classAtom() {
    if (!skip("\\")) {
      return CodePoints.of(next());
    }
    if (skip("b")) {
      return CodePoints.of('\b');
    }
    return escape();
  }

  /** What follows a backslash. */
  private CodePoints escape() {
    int c = next();
    return switch (c) {
      case 'd' -> CharClasses.DIGITS;
      case 'D' -> CharClasses.DIGITS.not();
      case 'w' -> CharClasses.WORD;
      case 'W' -> CharClasses.WORD.not();
      case 's' -> CharClasses.SPACE;
      case 'S' -> CharClasses.SPACE.not();
      case 't' -> CodePoints.of('\t');
      case 'n' -> CodePoints.of('\n');
      case 'r' -> CodePoints.of('\r');
      case 'f' -> CodePoints.of('\f');
      case 'v' -> CodePoints.of(0xB);
      case '0' -> CodePoints.of(0);
      case 'c' -> CodePoints.of(next() & 0x1F);
      case 'x' -> CodePoints.of(hex(2));
      case 'u' -> CodePoints.of(unicode());
      case 'p', 'P' -> property(c == 'P');
      default -> {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
          throw wrong("there is no escape \\" + CodePoints.text(c));
        }
        yield CodePoints.of(c);
      }
    };
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = more() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit is missing");
      }
      value = 16 * value + digit;
      at++;
    }
    return value;
  }

  private int unicode() {
    if (!skip("{")) {
      int unit = hex(4);
      if (unit >= 0xD800 && unit < 0xDC00 && skip("\\u")) {
        int low = hex(4);
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      }
      return unit;
    }
    int end = text.indexOf('}', at);
    if (end < 0 || end == at || end - at > 6) {
      throw wrong("\\u{ without a number and '}'");
    }
    int value = hex(end - at);
    at++;
    if (value > CodePoints.MAX) {
      throw wrong("there is no such character");
    }
    return value;
  }

  private CodePoints property(boolean negated) {
    int end = skip("{") ? text.indexOf('}', at) : -1;
    if (end < 0) {
      throw wrong("\\p without {name}");
    }
    String name = text.substring(at, end);
    CodePoints set = CharClasses.property(name);
    if (set == null) {
      throw unsupported("the property " + name);
    }
    at = end + 1;
    return negated ? set.not() : set;
  }
}
