package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.regex.DfaBuilder;
import io.wasmchord.constraint.rules.Term;
import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.List;

/** How numbers that must be something are written: digits and a point, no exponent. */
final class NumberTexts {
  private static final Term DIGIT = new Term.Chars(CodePoints.of('0', '9'));
  private static final Term DIGITS = new Term.Repeat(DIGIT, 0, Term.NO_LIMIT);
  private static final Term ZEROS = new Term.Repeat(Term.text("0"), 0, Term.NO_LIMIT);
  private static final Term NONZERO = new Term.Chars(CodePoints.of('1', '9'));
  private static final Term FRACTION = optional(Term.text("."), DIGIT, DIGITS);
  private static final Term MINUS = Term.text("-");

  /** All of them. */
  static final Dfa ALL = Dfa.ofPattern("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");

  /** Whole ones. */
  static final Atom INTEGER =
      new Atom.Digits(
          Dfa.ofPattern("0|-?[1-9][0-9]*"), ALL.minus(Dfa.ofPattern("-?[0-9]+(\\.0+)?")));

  private static final Dfa POSITIVE = Dfa.ofPattern("(0|[1-9][0-9]*)(\\.[0-9]+)?");
  private static final Dfa NEGATIVE = Dfa.ofPattern("-(0|[1-9][0-9]*)(\\.[0-9]+)?");

  private NumberTexts() {}

  private static Term sequence(Term... parts) {
    return new Term.Sequence(List.of(parts));
  }

  private static Term optional(Term... parts) {
    return new Term.Repeat(sequence(parts), 0, 1);
  }

  private static Atom atom(Dfa yes) {
    return new Atom.Digits(yes, ALL.minus(yes));
  }

  /** At most {@code bound}, or less. */
  static Atom atMost(Decimal bound, boolean itself) {
    return atom(upTo(bound, itself));
  }

  /** At least {@code bound}, or more. */
  static Atom atLeast(Decimal bound, boolean itself) {
    return atom(ALL.minus(upTo(bound, !itself)));
  }

  private static Dfa upTo(Decimal bound, boolean itself) {
    if (!bound.negative() && !bound.isZero()) {
      return NEGATIVE.or(magnitudes(bound, itself, false));
    }
    // minus something that is not less than the bound's magnitude
    Dfa less = magnitudes(bound.magnitude(), !itself, true);
    Dfa negative = NEGATIVE.minus(less);
    return bound.isZero() && itself ? NEGATIVE.or(magnitudes(bound, true, false)) : negative;
  }

  /** Numbers that are less than a bound which is not negative, perhaps with a minus before them. */
  private static Dfa magnitudes(Decimal bound, boolean itself, boolean minus) {
    List<Term> options = new ArrayList<>();
    String whole = bound.whole();
    int n = whole.length();
    if (n > 1) {
      options.add(sequence(Term.text("0"), FRACTION));
      options.add(sequence(NONZERO, new Term.Repeat(DIGIT, 0, n - 2), FRACTION));
    }
    for (int i = 0; i < n; i++) {
      int least = i == 0 && n > 1 ? '1' : '0';
      Term rest = new Term.Repeat(DIGIT, n - i - 1, n - i - 1);
      options.add(
          sequence(
              Term.text(whole.substring(0, i)), below(least, whole.charAt(i)), rest, FRACTION));
    }
    options.add(sequence(Term.text(whole), fraction(bound.fraction(), itself)));
    Term all = new Term.Choice(options);
    return Dfa.of(minus ? sequence(MINUS, all) : all).and(minus ? NEGATIVE : POSITIVE);
  }

  private static Term below(int least, char digit) {
    return new Term.Chars(CodePoints.of(least, digit - 1));
  }

  /** Fractions less than {@code digits}, or the same. */
  private static Term fraction(String digits, boolean itself) {
    List<Term> options = new ArrayList<>();
    int n = digits.length();
    if (n > 0) {
      options.add(Term.EMPTY);
    }
    for (int i = 0; i < n; i++) {
      Term begin = Term.text("." + digits.substring(0, i));
      options.add(sequence(begin, below('0', digits.charAt(i)), DIGITS));
      if (i > 0) {
        options.add(begin); // shorter, and less
      }
    }
    if (itself) {
      options.add(
          n > 0 ? sequence(Term.text("." + digits), ZEROS) : optional(Term.text(".0"), ZEROS));
    }
    return new Term.Choice(options);
  }

  /** One of some numbers. */
  static Atom oneOf(List<Decimal> numbers) {
    List<String> plain = new ArrayList<>();
    List<Term> equal = new ArrayList<>();
    for (Decimal number : numbers) {
      plain.add(number.text());
      Term zeros = number.fraction().isEmpty() ? optional(Term.text(".0"), ZEROS) : ZEROS;
      Term minus = number.isZero() ? optional(MINUS) : Term.EMPTY;
      equal.add(sequence(minus, Term.text(number.text()), zeros));
    }
    return new Atom.Digits(Dfa.words(plain), ALL.minus(Dfa.of(new Term.Choice(equal))));
  }

  /**
   * Multiples of a number that is greater than 0.
   *
   * @throws ConstraintLimitException when its digits are too many to count with
   */
  static Atom multipleOf(Decimal step) {
    String digits = (step.whole() + step.fraction()).replaceFirst("^0+", "");
    int scale = step.fraction().length();
    int places = Math.max(1, scale);
    if (digits.length() > 5
        || (long) Integer.parseInt(digits) * (places + 2) + 3 > DfaBuilder.MOST_STATES) {
      throw new ConstraintLimitException(
          "multiples of " + step.text() + " are too many to tell apart");
    }
    return atom(new Multiples(Integer.parseInt(digits), scale, places).dfa());
  }

  /**
   * Counts remainders.
   *
   * @param of what whole numbers of the last place are divided by
   * @param scale the places of the step
   * @param places those that are told apart
   */
  private record Multiples(int of, int scale, int places) {
    private static final int AFTER_MINUS = 1;
    private static final int AFTER_ZERO = 2;
    private static final int WHOLE = 3;

    Dfa dfa() {
      DfaBuilder builder = new DfaBuilder();
      builder.add(row(0, 1, '1', '9', AFTER_ZERO, AFTER_MINUS), false);
      builder.add(row(0, 1, '1', '9', AFTER_ZERO, Dfa.DEAD), false);
      builder.add(new int[] {'.', '.', after(0, 0)}, true);
      for (int r = 0; r < of; r++) {
        builder.add(whole(r), ends(r, scale));
      }
      for (int place = 0; place <= places; place++) {
        for (int r = 0; r < of; r++) {
          boolean ends = place > 0 && ends(r, Math.max(0, scale - place));
          builder.add(fraction(place, r), ends);
        }
      }
      return builder.build();
    }

    /** The first digit, and a zero and a minus before it. */
    private int[] row(int r, int digit, char from, char to, int zero, int minus) {
      List<Integer> row = new ArrayList<>();
      if (minus != Dfa.DEAD) {
        row.addAll(List.of((int) '-', (int) '-', minus));
      }
      row.addAll(List.of((int) '0', (int) '0', zero));
      for (int c = from; c <= to; c++) {
        row.addAll(List.of(c, c, WHOLE + (10 * r + digit + c - from) % of));
      }
      return row.stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] whole(int r) {
      int[] row = new int[33];
      row[0] = '.';
      row[1] = '.';
      row[2] = after(0, r);
      for (int d = 0; d < 10; d++) {
        row[3 * d + 3] = '0' + d;
        row[3 * d + 4] = '0' + d;
        row[3 * d + 5] = WHOLE + (10 * r + d) % of;
      }
      return row;
    }

    private int after(int place, int r) {
      return WHOLE + of * (place + 1) + r;
    }

    private int[] fraction(int place, int r) {
      if (place >= scale) {
        return new int[] {'0', '0', after(places, r)};
      }
      int[] row = new int[30];
      for (int d = 0; d < 10; d++) {
        row[3 * d] = '0' + d;
        row[3 * d + 1] = '0' + d;
        row[3 * d + 2] = after(place + 1, (10 * r + d) % of);
      }
      return row;
    }

    private boolean ends(int r, int missing) {
      long value = r;
      for (int i = 0; i < missing; i++) {
        value = value * 10 % of;
      }
      return value % of == 0;
    }
  }
}
