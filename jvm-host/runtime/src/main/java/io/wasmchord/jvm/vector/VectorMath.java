package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.INTS;

import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link FloatMath}'s functions, operation for operation, in every lane. */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
final class VectorMath {
  private static final float EXP_MAX = 88.72283f;
  private static final float EXP_MIN = -87.33654f;

  private VectorMath() {}

  /** {@link FloatMath#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector k = x.mul(1.442695041f).add(FloatMath.ROUND).sub(FloatMath.ROUND);
    FloatVector r = x.sub(k.mul(0.693359375f)).sub(k.mul(-2.12194440e-4f));
    FloatVector p = FloatVector.broadcast(FLOATS, 1.9875691500e-4f);
    p = p.mul(r).add(1.3981999507e-3f);
    p = p.mul(r).add(8.3334519073e-3f);
    p = p.mul(r).add(4.1665795894e-2f);
    p = p.mul(r).add(1.6666665459e-1f);
    p = p.mul(r).add(5.0000001201e-1f);
    FloatVector y = p.mul(r.mul(r)).add(r).add(1f);
    IntVector n = (IntVector) k.convert(VectorOperators.F2I, 0);
    IntVector half = n.lanewise(VectorOperators.ASHR, 1);
    FloatVector e = y.mul(powerOfTwo(half)).mul(powerOfTwo(n.sub(half)));
    VectorMask<Float> large = x.compare(VectorOperators.GT, EXP_MAX);
    VectorMask<Float> small = x.compare(VectorOperators.LT, EXP_MIN);
    return e.blend(Float.POSITIVE_INFINITY, large).blend(0f, small);
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(IntVector.broadcast(INTS, 127))
        .lanewise(VectorOperators.LSHL, 23)
        .reinterpretAsFloats();
  }

  /** {@link FloatMath#silu}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /** {@link FloatMath#sigmoid}. */
  static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(FLOATS, 1f).div(exp(x.neg()).add(1f));
  }

  /** {@link FloatMath#relu}. */
  static FloatVector relu(FloatVector x) {
    return FloatVector.zero(FLOATS).blend(x, x.compare(VectorOperators.GT, 0f));
  }

  /** {@link FloatMath#reluSquared}. */
  static FloatVector reluSquared(FloatVector x) {
    return FloatVector.zero(FLOATS).blend(x.mul(x), x.compare(VectorOperators.GT, 0f));
  }

  /** {@link FloatMath#tanh}. */
  static FloatVector tanh(FloatVector x) {
    FloatVector a = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = FloatVector.broadcast(FLOATS, -5.70498872745e-3f);
    p = p.mul(z).add(2.06390887954e-2f);
    p = p.mul(z).sub(5.37397155531e-2f);
    p = p.mul(z).add(1.33314422036e-1f);
    p = p.mul(z).sub(3.33332819422e-1f);
    FloatVector small = p.mul(z).mul(x).add(x);
    FloatVector t = exp(a.mul(-2f));
    FloatVector y = t.neg().add(1f).div(t.add(1f));
    FloatVector large = y.blend(y.neg(), x.compare(VectorOperators.LT, 0f));
    return large.blend(small, a.compare(VectorOperators.LT, 0.625f));
  }

  /** {@link FloatMath#gelu}. */
  static FloatVector gelu(FloatVector x) {
    FloatVector cubic = x.mul(x).mul(0.044715f).add(1f);
    FloatVector inner = x.mul(cubic).mul(0.7978845608f);
    return x.mul(0.5f).mul(tanh(inner).add(1f));
  }

  /** {@link FloatMath#geluErf}. */
  static FloatVector geluErf(FloatVector x) {
    FloatVector t = FloatVector.broadcast(FLOATS, 1f).div(x.abs().mul(0.27f).add(1f));
    FloatVector p = FloatVector.broadcast(FLOATS, 0.028855205f);
    p = p.mul(t).sub(0.12595242f);
    p = p.mul(t).add(0.1686402f);
    p = p.mul(t).sub(0.06784261f);
    p = p.mul(t).add(0.106835134f);
    p = p.mul(t).add(0.072493754f);
    p = p.mul(t).add(0.10169046f);
    p = p.mul(t).add(0.10756076f);
    p = p.mul(t).add(0.10771954f);
    FloatVector tail = p.mul(t).mul(exp(x.mul(x).mul(-0.5f)));
    FloatVector above = x.mul(tail.neg().add(1f));
    return above.blend(x.mul(tail), x.compare(VectorOperators.LT, 0f));
  }

  /** {@link FloatMath#siluLimited}. */
  static FloatVector siluLimited(FloatVector gate, FloatVector up, float limit) {
    return atMost(silu(gate), limit).mul(clamp(up, limit));
  }

  /** {@link FloatMath#swigluOai}. */
  static FloatVector swigluOai(FloatVector gate, FloatVector up, float limit) {
    FloatVector x = atMost(gate, limit);
    return x.div(exp(x.mul(-1.702f)).add(1f)).mul(clamp(up, limit).add(1f));
  }

  private static FloatVector clamp(FloatVector x, float limit) {
    return atMost(x.blend(-limit, x.compare(VectorOperators.LT, -limit)), limit);
  }

  private static FloatVector atMost(FloatVector x, float limit) {
    return x.blend(limit, x.compare(VectorOperators.GT, limit));
  }
}
