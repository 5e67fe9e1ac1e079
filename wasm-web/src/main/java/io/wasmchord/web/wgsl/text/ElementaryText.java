package io.wasmchord.web.wgsl.text;

import io.wasmchord.math.FloatMath;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link FloatMath} in WGSL, operation by operation. */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are there
final class ElementaryText {
  private ElementaryText() {}

  /** Each function's text behind its name. */
  static Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("exponential", exponential());
    all.put("powerOfTwo", "(n: i32) -> f32 { return asFloat(u32(n + 127) << 23u); }");
    all.put("hyperbolicTangent", tanh());
    all.put("sigmoid", "(x: f32) -> f32 { return divide(1f, add(1f, exponential(negative(x)))); }");
    all.put("silu", "(x: f32) -> f32 { return divide(x, add(1f, exponential(negative(x)))); }");
    all.put("softplus", softplus());
    all.put("isPositive", "(x: f32) -> bool { return !isNan(x) && bitcast<i32>(x) > 0; }");
    all.put("relu", "(x: f32) -> f32 { return select(0f, x, isPositive(x)); }");
    all.put("reluSquared", "(x: f32) -> f32 { return select(0f, mul(x, x), isPositive(x)); }");
    all.put("gelu", gelu());
    all.put("geluErf", geluErf());
    all.put(
        "within",
        """
        (x: f32, limit: f32) -> f32 {
          let low = select(x, negative(limit), above(negative(limit), x));
          return select(low, limit, above(low, limit));
        }
        """);
    all.put("atMost", "(x: f32, limit: f32) -> f32 { return select(x, limit, above(x, limit)); }");
    return all;
  }

  private static String exponential() {
    return Filled.of(
        """
        (x: f32) -> f32 {
          if (isNan(x)) {
            return x;
          }
          if (order(x) > order(%s)) {
            return asFloat(0x7f800000u);
          }
          if (order(x) < order(%s)) {
            return 0f;
          }
          let k = round(mul(x, %s));
          let r = sub(sub(x, mul(k, %s)), mul(k, %s));
        %s  let y = add(add(mul(p, mul(r, r)), r), 1f);
          let n = i32(k);
          let n1 = n >> 1u;
          return mul(mul(y, powerOfTwo(n1)), powerOfTwo(n - n1));
        }
        """,
        Literal.of(88.72283f),
        Literal.of(-87.33654f),
        Literal.of(1.442695041f),
        Literal.of(0.693359375f),
        Literal.of(-2.12194440e-4f),
        polynomial(
            "r",
            1.9875691500e-4f,
            1.3981999507e-3f,
            8.3334519073e-3f,
            4.1665795894e-2f,
            1.6666665459e-1f,
            5.0000001201e-1f));
  }

  private static String tanh() {
    return Filled.of(
        """
        (x: f32) -> f32 {
          let a = absolute(x);
          if (isNan(x)) {
            return x;
          }
          if (order(a) < order(0.625f)) {
            let z = mul(x, x);
        %s    return add(mul(mul(p, z), x), x);
          }
          let t = exponential(mul(-2f, a));
          let y = divide(sub(1f, t), add(1f, t));
          return select(y, negative(y), bitcast<i32>(x) < 0);
        }
        """,
        polynomial(
            "z",
            -5.70498872745e-3f,
            2.06390887954e-2f,
            -5.37397155531e-2f,
            1.33314422036e-1f,
            -3.33332819422e-1f));
  }

  private static String softplus() {
    return Filled.of(
        """
        (x: f32) -> f32 {
          let t = exponential(mul(-1f, absolute(x)));
          let z = divide(t, add(2f, t));
          let w = mul(z, z);
        %s  return add(relu(x), mul(add(z, z), p));
        }
        """,
        polynomial("w", 0.1407889f, 0.13982579f, 0.20012298f, 0.3333316f, 1f));
  }

  private static String gelu() {
    return Filled.of(
        """
        (x: f32) -> f32 {
          let inner = mul(%s, mul(x, add(1f, mul(%s, mul(x, x)))));
          return mul(mul(0.5f, x), add(1f, hyperbolicTangent(inner)));
        }
        """,
        Literal.of(0.7978845608f), Literal.of(0.044715f));
  }

  private static String geluErf() {
    return Filled.of(
        """
        (x: f32) -> f32 {
          let t = divide(1f, add(1f, mul(%s, absolute(x))));
        %s  let tail = mul(mul(p, t), exponential(mul(-0.5f, mul(x, x))));
          let below = !isNan(x) && order(x) < 0;
          return select(mul(x, sub(1f, tail)), mul(x, tail), below);
        }
        """,
        Literal.of(0.27f),
        polynomial(
            "t",
            0.028855205f,
            -0.12595242f,
            0.1686402f,
            -0.06784261f,
            0.106835134f,
            0.072493754f,
            0.10169046f,
            0.10756076f,
            0.10771954f));
  }

  /** {@code p} by Horner's rule, the highest coefficient first. */
  private static String polynomial(String x, float highest, float... rest) {
    StringBuilder text = new StringBuilder("  var p = " + Literal.of(highest) + ";\n");
    for (float c : rest) {
      text.append("  p = add(mul(p, " + x + "), " + Literal.of(c) + ");\n");
    }
    return text.toString();
  }
}
