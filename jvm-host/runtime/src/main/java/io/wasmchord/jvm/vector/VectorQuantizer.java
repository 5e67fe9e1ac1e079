package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;

import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** In every lane. */
final class VectorQuantizer implements Quantizer {
  private static final IntVector LEAST = IntVector.broadcast(INTS, -127);
  private static final IntVector MOST = IntVector.broadcast(INTS, 127);

  @Override
  public float largest(float[] x, int from, int n) {
    FloatVector most = FloatVector.zero(FLOATS);
    for (int i = from; i < from + n; i += LANES) {
      FloatVector a = FloatVector.fromArray(FLOATS, x, i).abs();
      most = most.blend(a, a.compare(VectorOperators.GT, most));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public float first(float[] x, int from, int n, float magnitude) {
    for (int i = from; i < from + n; i += LANES) {
      VectorMask<Float> equal =
          FloatVector.fromArray(FLOATS, x, i).abs().compare(VectorOperators.EQ, magnitude);
      if (equal.anyTrue()) {
        return x[i + equal.firstTrue()];
      }
    }
    return 0f;
  }

  @Override
  public void even(float[] x, int from, int n, float factor, int[] q) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i).mul(factor);
      store(v.add(FloatMath.ROUND).sub(FloatMath.ROUND), q, i);
    }
  }

  @Override
  public void away(float[] x, int from, int n, float factor, int[] q) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i).mul(factor);
      IntVector whole = (IntVector) v.convert(VectorOperators.F2I, 0);
      FloatVector rest = v.sub((FloatVector) whole.convert(VectorOperators.I2F, 0));
      whole = whole.add(1, rest.compare(VectorOperators.GE, 0.5f).cast(INTS));
      whole = whole.sub(1, rest.compare(VectorOperators.LE, -0.5f).cast(INTS));
      whole.max(LEAST).min(MOST).intoArray(q, i);
    }
  }

  private static void store(FloatVector rounded, int[] q, int at) {
    ((IntVector) rounded.convert(VectorOperators.F2I, 0)).max(LEAST).min(MOST).intoArray(q, at);
  }
}
