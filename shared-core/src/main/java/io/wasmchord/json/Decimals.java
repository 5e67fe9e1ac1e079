package io.wasmchord.json;

/** Numbers as texts. */
public final class Decimals {
  private Decimals() {}

  /**
   * A finite number as Python and JSON write it: the shortest digits, an exponent from 1e16 and
   * below 1e-4.
   */
  public static String shortest(double d) {
    String java = Double.toString(Math.abs(d)); // digits.digits, perhaps E and an exponent
    int e = java.indexOf('E');
    int shift = e < 0 ? 0 : Integer.parseInt(java.substring(e + 1));
    String mantissa = e < 0 ? java : java.substring(0, e);
    int point = mantissa.indexOf('.');
    String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
    int exponent = point + shift; // of 0.digits
    int lead = 0;
    while (lead < digits.length() - 1 && digits.charAt(lead) == '0') {
      lead++;
      exponent--;
    }
    int end = digits.length();
    while (end > lead + 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    boolean minus = d < 0 || 1 / d < 0;
    String significant = digits.substring(lead, end);
    return (minus ? "-" : "") + (d == 0 ? "0.0" : place(significant, exponent));
  }

  private static String place(String digits, int exponent) {
    int n = digits.length();
    if (exponent > 16 || exponent < -3) {
      int power = exponent - 1;
      String rest = n > 1 ? "." + digits.substring(1) : "";
      String size = Integer.toString(Math.abs(power));
      return digits.charAt(0)
          + rest
          + (power < 0 ? "e-" : "e+")
          + (size.length() < 2 ? "0" : "")
          + size;
    }
    if (exponent <= 0) {
      return "0." + "0".repeat(-exponent) + digits;
    }
    return n <= exponent
        ? digits + "0".repeat(exponent - n) + ".0"
        : digits.substring(0, exponent) + "." + digits.substring(exponent);
  }
}
