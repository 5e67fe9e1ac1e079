package io.wasmchord.constraint.schema;

import io.wasmchord.json.Decimals;
import io.wasmchord.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A number by its digits.
 *
 * @param whole the digits before the point, without needless zeros; {@code 0} for none
 * @param fraction the digits after the point, without needless zeros
 */
record Decimal(boolean negative, String whole, String fraction) {
  private static final int MOST_DIGITS = 400;

  /** A JSON number, or null where the value is none. */
  static @Nullable Decimal of(@Nullable JsonValue value) {
    return switch (value) {
      case JsonValue.Int(long whole) -> of(Long.toString(whole));
      case JsonValue.Decimal(double real) when Math.abs(real) <= Double.MAX_VALUE ->
          of(Decimals.shortest(real));
      case null, default -> null;
    };
  }

  private static Decimal of(String text) {
    boolean minus = text.startsWith("-");
    int e = text.indexOf('e');
    String mantissa = text.substring(minus ? 1 : 0, e < 0 ? text.length() : e);
    int shift =
        e < 0 ? 0 : Integer.parseInt(text.substring(text.charAt(e + 1) == '+' ? e + 2 : e + 1));
    int point = mantissa.indexOf('.');
    String digits = mantissa.replace(".", "");
    int at = (point < 0 ? mantissa.length() : point) + shift; // where the point belongs
    if (at < 0) {
      digits = "0".repeat(Math.min(-at, MOST_DIGITS)) + digits;
      at = 0;
    }
    if (at > digits.length()) {
      digits += "0".repeat(Math.min(at - digits.length(), MOST_DIGITS));
    }
    String whole = digits.substring(0, at).replaceFirst("^0+", "");
    String fraction = digits.substring(at).replaceFirst("0+$", "");
    boolean zero = whole.isEmpty() && fraction.isEmpty();
    return new Decimal(minus && !zero, whole.isEmpty() ? "0" : whole, fraction);
  }

  boolean isZero() {
    return whole.equals("0") && fraction.isEmpty();
  }

  Decimal magnitude() {
    return new Decimal(false, whole, fraction);
  }

  String text() {
    return (negative ? "-" : "") + whole + (fraction.isEmpty() ? "" : "." + fraction);
  }
}
