package io.wasmchord.web.wgsl.text;

/**
 * Division and square root, rounded to nearest even. An adapter's own result, which may be wrong by
 * some units, is an estimate of 25 bits; the remainder, which is exact in 32-bit integers because
 * it is small, corrects it and rounds it.
 */
final class DivisionText {
  /**
   * A float of a sign, an exponent and 25 bits, of which the last one is behind a float's; {@code
   * rest} says whether more follows.
   */
  static final String PACK =
      """
      (sign: u32, exponent: i32, bits: u32, rest: bool) -> f32 {
        if (exponent > 254) {
          return asFloat(sign | 0x7f800000u);
        }
        let shift = 1u + u32(clamp(1 - exponent, 0, 26));
        let low = bits & ((1u << shift) - 1u);
        let middle = 1u << (shift - 1u);
        var kept = bits >> shift;
        if (low > middle || (low == middle && (rest || (kept & 1u) == 1u))) {
          kept += 1u;
        }
        return asFloat(sign | ((u32(max(exponent - 1, 0)) << 23u) + kept));
      }
      """;

  static final String DIVIDE =
      """
      (a: f32, b: f32) -> f32 {
        let sign = (bitcast<u32>(a) ^ bitcast<u32>(b)) & 0x80000000u;
        var x = magnitude(a);
        var y = magnitude(b);
        if (x > 0x7f800000u || y > 0x7f800000u || (x == y && (x == 0u || x == 0x7f800000u))) {
          return asFloat(0x7fc00000u);
        }
        if (x == 0x7f800000u || y == 0u) {
          return asFloat(sign | 0x7f800000u);
        }
        if (x == 0u || y == 0x7f800000u) {
          return asFloat(sign);
        }
        var exponent = i32(max(x >> 23u, 1u)) - i32(max(y >> 23u, 1u)) + 127;
        x = select(x & 0x7fffffu, (x & 0x7fffffu) | 0x800000u, x >= 0x800000u);
        y = select(y & 0x7fffffu, (y & 0x7fffffu) | 0x800000u, y >= 0x800000u);
        let up = countLeadingZeros(x) - 8u;
        let down = countLeadingZeros(y) - 8u;
        x = x << up;
        y = y << down;
        exponent += i32(down) - i32(up);
        if (x < y) {
          x = x << 1u;
          exponent -= 1;
        }
        var q = u32(f32(x) / f32(y) * 16777216f);
        var rest = bitcast<i32>((x << 24u) - q * y);
        for (var i = 0; i < 64 && rest < 0; i++) {
          q -= 1u;
          rest += i32(y);
        }
        for (var i = 0; i < 64 && rest >= i32(y); i++) {
          q += 1u;
          rest -= i32(y);
        }
        return packFloat(sign, exponent, q, rest != 0);
      }
      """;

  static final String ROOT =
      """
      (a: f32) -> f32 {
        var x = bitcast<u32>(a);
        if ((x & 0x7fffffffu) == 0u || x == 0x7f800000u) {
          return a;
        }
        if (x > 0x7f800000u) {
          return asFloat(0x7fc00000u);
        }
        var exponent = i32(max(x >> 23u, 1u));
        x = select(x & 0x7fffffu, (x & 0x7fffffu) | 0x800000u, x >= 0x800000u);
        let up = countLeadingZeros(x) - 8u;
        x = x << up;
        exponent -= i32(up);
        if ((exponent & 1) == 0) {
          x = x << 1u;
          exponent -= 1;
        }
        var s = u32(sqrt(f32(x) * 33554432f));
        var rest = bitcast<i32>((x << 25u) - s * s);
        for (var i = 0; i < 64 && rest < 0; i++) {
          s -= 1u;
          rest += i32(2u * s + 1u);
        }
        for (var i = 0; i < 64 && rest > i32(2u * s); i++) {
          rest -= i32(2u * s + 1u);
          s += 1u;
        }
        return packFloat(0u, (exponent + 127) >> 1u, s, rest != 0);
      }
      """;

  private DivisionText() {}
}
