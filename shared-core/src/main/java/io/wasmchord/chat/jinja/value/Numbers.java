package io.wasmchord.chat.jinja.value;

import org.jspecify.annotations.Nullable;

/** Python's integers (of 64 bits here) and floats. Booleans are integers. */
public final class Numbers {
  private Numbers() {}

  public static boolean isNumber(Value v) {
    return v instanceof Value.Int || v instanceof Value.Real || v instanceof Value.Bool;
  }

  public static boolean isInteger(Value v) {
    return v instanceof Value.Int || v instanceof Value.Bool;
  }

  public static double real(Value v) {
    return v instanceof Value.Real(double d) ? d : whole(v);
  }

  public static long whole(Value v) {
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
  public static long integer(Value v, String what, Run run) {
    if (!isInteger(v)) {
      throw run.fail("'" + what + "' is " + v.typeName() + ", not an integer");
    }
    return whole(v);
  }

  /**
   * A place in {@code length} elements, counted from the end where it is negative, and kept between
   * {@code low} and {@code high}.
   */
  public static int bound(@Nullable Long given, int otherwise, int length, int low, int high) {
    if (given == null) {
      return otherwise;
    }
    return (int) Math.max(low, Math.min(high, given < 0 ? given + length : given));
  }
}
