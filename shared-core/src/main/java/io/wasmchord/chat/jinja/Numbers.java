package io.wasmchord.chat.jinja;

/** Python's arithmetic on integers (of 64 bits here) and floats. Booleans are integers. */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(Value v) {
    return v instanceof Value.Int || v instanceof Value.Real || v instanceof Value.Bool;
  }

  static boolean isInteger(Value v) {
    return v instanceof Value.Int || v instanceof Value.Bool;
  }

  static double real(Value v) {
    return v instanceof Value.Real(double d) ? d : whole(v);
  }

  static long whole(Value v) {
    return switch (v) {
      case Value.Int(long i) -> i;
      case Value.Bool(boolean b) -> b ? 1 : 0;
      default -> throw new IllegalArgumentException(v.typeName());
    };
  }

  static boolean isNaN(Value v) {
    return v instanceof Value.Real(double d) && Double.isNaN(d);
  }

  /**
   * Negative, zero or positive as {@code a} is less, equal or greater: exactly, and one order for
   * all numbers, or a sort would notice. What is no number comes last.
   */
  static int order(Value a, Value b) {
    if (isInteger(a) && isInteger(b)) {
      return Long.compare(whole(a), whole(b));
    }
    double x = real(a) + 0.0; // adding 0 makes -0 the same as 0
    double y = real(b) + 0.0;
    if (x != y || Math.abs(x) < 0x1p53 || (!isInteger(a) && !isInteger(b))) {
      return Double.compare(x, y);
    }
    return isInteger(a) ? -beyond(y, whole(a)) : beyond(x, whole(b));
  }

  /** The order of {@code d} and an integer that is rounded to it. */
  private static int beyond(double d, long whole) {
    return d >= 0x1p63 ? 1 : Long.compare((long) d, whole);
  }

  /** An integer, or an error that calls it {@code what}. */
  static long integer(Value v, String what, Run run) {
    if (!isInteger(v)) {
      throw run.fail("'" + what + "' is " + v.typeName() + ", not an integer");
    }
    return whole(v);
  }

  /** The result for two numbers. */
  static Value compute(Expr.Operator operator, Value left, Value right, Run run) {
    if (isInteger(left) && isInteger(right)) {
      try {
        return whole(operator, whole(left), whole(right), run);
      } catch (ArithmeticException e) {
        throw run.fail("an integer does not fit 64 bits");
      }
    }
    return real(operator, real(left), real(right), run);
  }

  private static Value whole(Expr.Operator operator, long a, long b, Run run) {
    return switch (operator) {
      case ADD -> Value.of(Math.addExact(a, b));
      case SUBTRACT -> Value.of(Math.subtractExact(a, b));
      case MULTIPLY -> Value.of(Math.multiplyExact(a, b));
      case DIVIDE -> Value.of(a / (double) nonZero(b, run));
      case FLOOR_DIVIDE -> Value.of(floorDivide(a, nonZero(b, run)));
      case MODULO -> Value.of(Math.floorMod(a, nonZero(b, run)));
      case POWER -> b < 0 ? real(operator, (double) a, (double) b, run) : Value.of(power(a, b));
    };
  }

  private static long floorDivide(long a, long b) {
    return b == -1 ? Math.negateExact(a) : Math.floorDiv(a, b);
  }

  private static long nonZero(long divisor, Run run) {
    if (divisor == 0) {
      throw run.fail("division by zero");
    }
    return divisor;
  }

  private static long power(long base, long exponent) {
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return (exponent & 1) == 0 ? 1 : -1;
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base); // leaves within 63 rounds
    }
    return result;
  }

  private static Value real(Expr.Operator operator, double a, double b, Run run) {
    boolean divides =
        switch (operator) {
          case DIVIDE, FLOOR_DIVIDE, MODULO -> true;
          case POWER -> a == 0 && b < 0;
          default -> false;
        };
    if (divides && (b == 0 || operator == Expr.Operator.POWER)) {
      throw run.fail("division by zero");
    }
    return switch (operator) {
      case ADD -> Value.of(a + b);
      case SUBTRACT -> Value.of(a - b);
      case MULTIPLY -> Value.of(a * b);
      case DIVIDE -> Value.of(a / b);
      case FLOOR_DIVIDE -> Value.of(floorDivide(a, b));
      case MODULO -> Value.of(modulo(a, b));
      case POWER -> Value.of(Math.pow(a, b));
    };
  }

  /** The quotient that the remainder leaves. */
  private static double floorDivide(double a, double b) {
    double whole = Math.rint((a - modulo(a, b)) / b);
    return whole == 0 ? Math.copySign(0, a / b) : whole;
  }

  /** The remainder with the divisor's sign. */
  private static double modulo(double a, double b) {
    double rest = a % b;
    return rest == 0 ? Math.copySign(0, b) : rest < 0 != b < 0 ? rest + b : rest;
  }
}
