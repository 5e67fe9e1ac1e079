package io.wasmchord.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our functions against the JDK's, which are accurate to an ulp or so. */
class MathTest {
  private final Random random = new Random(7);

  @Test
  void floatExpIsAccurateToThreeUlps() {
    for (int i = 0; i < 200_000; i++) {
      float x = random.nextFloat(-87.3f, 88.7f);
      double exact = Math.exp(x);
      assertTrue(
          Math.abs(FloatMath.exp(x) - exact) <= 3 * Math.ulp((float) exact), "exp(" + x + ")");
    }
  }

  @Test
  void floatExpAtTheEdges() {
    assertEquals(1f, FloatMath.exp(0f));
    assertEquals(1f, FloatMath.exp(-0f));
    assertEquals(0f, FloatMath.exp(-1000f));
    assertEquals(0f, FloatMath.exp(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.exp(89f));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.exp(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(FloatMath.exp(Float.NaN)));
    assertTrue(FloatMath.exp(88.72283f) < Float.POSITIVE_INFINITY);
    assertTrue(FloatMath.exp(-87.33654f) >= Float.MIN_NORMAL);
  }

  @Test
  void tanhSiluAndGeluAreAccurate() {
    for (int i = 0; i < 200_000; i++) {
      float x = random.nextFloat(-12f, 12f);
      assertEquals(Math.tanh(x), FloatMath.tanh(x), 2e-7, "tanh(" + x + ")");
      assertEquals(x / (1 + Math.exp(-(double) x)), FloatMath.silu(x), 2e-6, "silu(" + x + ")");
      double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3));
      assertEquals(0.5 * x * (1 + Math.tanh(inner)), FloatMath.gelu(x), 4e-6, "gelu(" + x + ")");
    }
    assertEquals(1f, FloatMath.tanh(Float.POSITIVE_INFINITY));
    assertEquals(-1f, FloatMath.tanh(-100f));
    assertEquals(-0f, FloatMath.silu(-1000f));
  }

  @Test
  void softplusIsAccurate() {
    for (int i = 0; i < 200_000; i++) {
      float x = random.nextFloat(-80f, 40f);
      double exact = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs((double) x)));
      assertEquals(exact, FloatMath.softplus(x), 4e-7 * exact, "softplus(" + x + ")");
    }
    assertEquals(1e30f, FloatMath.softplus(1e30f));
    assertEquals(0f, FloatMath.softplus(-1000f));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.softplus(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(FloatMath.softplus(Float.NaN)));
  }

  /** The integral of the normal density from {@code a} on, by Simpson's rule. */
  private static double tail(double a) {
    int steps = 400;
    double h = 12.0 / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double z = a + i * h;
      int weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
      sum += weight * Math.exp(-z * z / 2);
    }
    return sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  @Test
  void geluWithErfIsAccurate() {
    assertEquals(0.15865525393145705, tail(1), 1e-8); // a value of every table
    for (int i = 0; i < 20_000; i++) {
      float x = random.nextFloat(-14f, 14f);
      double exact = x < 0 ? x * tail(-x) : x * (1 - tail(x));
      double bound = 2e-7 * Math.max(1, Math.abs(x));
      assertEquals(exact, FloatMath.geluErf(x), bound, "geluErf(" + x + ")");
    }
    assertEquals(0f, FloatMath.geluErf(0f));
    assertEquals(-0f, FloatMath.geluErf(-0f));
    assertEquals(-0f, FloatMath.geluErf(-1e30f));
    assertEquals(1e30f, FloatMath.geluErf(1e30f));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.geluErf(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(FloatMath.geluErf(Float.NaN)));
  }

  @Test
  void doubleFunctionsAreAccurate() {
    for (int i = 0; i < 100_000; i++) {
      double e = random.nextDouble(-700, 700);
      assertEquals(1, DoubleMath.exp(e) / Math.exp(e), 1e-14);
      double l = Math.exp(e);
      assertEquals(Math.log(l), DoubleMath.log(l), 1e-14 * Math.max(1, Math.abs(Math.log(l))));
      double angle = random.nextDouble(-200_000, 1_000_000);
      assertEquals(Math.sin(angle), DoubleMath.sin(angle), 1e-13, "sin " + angle);
      assertEquals(Math.cos(angle), DoubleMath.cos(angle), 1e-13, "cos " + angle);
      double base = random.nextDouble(1, 1e6);
      double y = random.nextDouble(-1, 1);
      assertEquals(1, DoubleMath.pow(base, y) / Math.pow(base, y), 1e-13);
    }
    assertEquals(0, DoubleMath.exp(-1000));
    assertEquals(Double.NEGATIVE_INFINITY, DoubleMath.log(0));
    assertTrue(Double.isNaN(DoubleMath.log(-1)));
    assertEquals(Math.log(Double.MIN_VALUE), DoubleMath.log(Double.MIN_VALUE), 1e-11);
  }
}
