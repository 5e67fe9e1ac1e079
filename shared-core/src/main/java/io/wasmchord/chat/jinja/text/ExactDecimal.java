package io.wasmchord.chat.jinja.text;

import java.util.Arrays;

/**
 * The exact decimal digits of a double, which are many, and these rounded as C and Python do: to
 * the nearest, and a half to the even neighbour.
 *
 * @param digits without zeros in front; "0" for zero
 * @param point how many of them stand before the point; may be negative, or more than there are
 */
record ExactDecimal(String digits, int point) {
  private static final int BASE = 1_000_000_000;
  private static final int FIVES = 13; // 5^13 and 2^30 still fit an int
  private static final int TWOS = 30;

  /** The digits of {@code magnitude}, which is finite and not negative. */
  static ExactDecimal of(double magnitude) {
    if (magnitude == 0) {
      return new ExactDecimal("0", 1);
    }
    long bits = Double.doubleToLongBits(magnitude);
    int stored = (int) (bits >>> 52);
    long mantissa = (bits & ((1L << 52) - 1)) | (stored == 0 ? 0 : 1L << 52);
    int exponent = Math.max(stored, 1) - 1075;
    // m * 2^-n is m * 5^n / 10^n
    int[] limbs = {(int) (mantissa % BASE), (int) (mantissa / BASE)};
    limbs = exponent < 0 ? times(limbs, 5, -exponent, FIVES) : times(limbs, 2, exponent, TWOS);
    String all = text(limbs);
    return new ExactDecimal(all, all.length() + Math.min(exponent, 0));
  }

  /**
   * {@code limbs} times {@code factor} to the {@code power}, at most {@code step} of it at once.
   */
  private static int[] times(int[] limbs, int factor, int power, int step) {
    int[] product = limbs;
    for (int left = power; left > 0; left -= step) {
      long by = 1;
      for (int i = 0; i < Math.min(left, step); i++) {
        by *= factor;
      }
      product = times(product, by);
    }
    return product;
  }

  private static int[] times(int[] limbs, long by) {
    int[] product = new int[limbs.length + 2];
    long carry = 0;
    for (int i = 0; i < product.length; i++) {
      long sum = carry + (i < limbs.length ? limbs[i] * by : 0);
      product[i] = (int) (sum % BASE);
      carry = sum / BASE;
    }
    int used = product.length;
    while (used > 1 && product[used - 1] == 0) {
      used--;
    }
    return Arrays.copyOf(product, used);
  }

  private static String text(int[] limbs) {
    StringBuilder all = new StringBuilder();
    for (int i = limbs.length - 1; i >= 0; i--) {
      String limb = Integer.toString(limbs[i]);
      all.append("0".repeat(9 - limb.length())).append(limb);
    }
    int zeros = 0;
    while (zeros < all.length() - 1 && all.charAt(zeros) == '0') {
      zeros++;
    }
    return all.substring(zeros);
  }

  /** The power of ten where one digit stands before the point. */
  int exponent() {
    return point - 1;
  }

  /** With {@code places} digits after the point, and no point where these are none. */
  String fixed(int places) {
    String whole = rounded((long) point + places);
    String padded = "0".repeat(Math.max(0, places + 1 - whole.length())) + whole;
    int at = padded.length() - places;
    return padded.substring(0, at) + (places == 0 ? "" : "." + padded.substring(at));
  }

  /** Rounded to {@code count} digits, from the first one that is not 0. */
  ExactDecimal significant(int count) {
    String kept = rounded(count);
    int carried = kept.length() - count; // 9.99 is 10.0
    return new ExactDecimal(kept.substring(0, count), point + carried);
  }

  /** The first {@code count} digits as an integer, rounded; "0" before the first digit. */
  private String rounded(long count) {
    if (count >= digits.length()) {
      return digits + "0".repeat((int) count - digits.length());
    }
    if (count < 0) {
      return "0";
    }
    int keep = (int) count;
    char next = digits.charAt(keep);
    boolean half = next == '5' && digits.chars().skip(keep + 1L).allMatch(c -> c == '0');
    boolean odd = keep > 0 && (digits.charAt(keep - 1) & 1) == 1;
    boolean up = half ? odd : next >= '5';
    String kept = keep == 0 ? "0" : digits.substring(0, keep);
    return up ? next(kept) : kept;
  }

  private static String next(String number) {
    int nines = 0;
    while (nines < number.length() && number.charAt(number.length() - 1 - nines) == '9') {
      nines++;
    }
    int at = number.length() - 1 - nines;
    String head = at < 0 ? "1" : number.substring(0, at) + (char) (number.charAt(at) + 1);
    return head + "0".repeat(nines);
  }
}
