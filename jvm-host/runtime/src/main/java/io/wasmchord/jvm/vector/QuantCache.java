package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.finiteHalves;
import static io.wasmchord.jvm.vector.Lanes.signedBytes;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;
import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.LANES;
import static io.wasmchord.jvm.vector.Width.ROWS;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** A cache of int8 in blocks of 32 dimensions, as {@link CacheStore.Quants} writes it. */
final class QuantCache implements CacheCode {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int BLOCK = 32;
  private static final long BYTES = 2 + BLOCK;

  @Override
  public void scores(long query, long strip, int dim, float scale, float[] scores, int p) {
    if (LANES == RUN) {
      single(query, strip, dim, scale, scores, p);
      return;
    }
    long bytes = BYTES * LANES * (dim / BLOCK);
    for (int v = 0; v < RUN / LANES; v += 2) {
      pair(query, strip + v * bytes, dim, scale, scores, p + v * LANES);
    }
  }

  private static void single(long query, long strip, int dim, float scale, float[] scores, int p) {
    FloatVector s = FloatVector.zero(FLOATS);
    long at = strip;
    for (int block = 0; block < dim; block += BLOCK) {
      FloatVector step = finiteHalves(at);
      at += 2L * LANES;
      for (int d = block; d < block + BLOCK; d++) {
        s = s.add(signedBytes(at).mul(step).mul(ALL.get(FLOAT, query + 4L * d)));
        at += LANES;
      }
    }
    s.mul(scale).intoArray(scores, p);
  }

  /** Two vectors of positions at once: two chains of additions. */
  private static void pair(long query, long strip, int dim, float scale, float[] scores, int p) {
    long next = BYTES * LANES * (dim / BLOCK);
    FloatVector s = FloatVector.zero(FLOATS);
    FloatVector t = s;
    long at = strip;
    for (int block = 0; block < dim; block += BLOCK) {
      FloatVector step = finiteHalves(at);
      FloatVector nextStep = finiteHalves(at + next);
      at += 2L * LANES;
      for (int d = block; d < block + BLOCK; d++) {
        float value = ALL.get(FLOAT, query + 4L * d);
        s = s.add(signedBytes(at).mul(step).mul(value));
        t = t.add(signedBytes(at + next).mul(nextStep).mul(value));
        at += LANES;
      }
    }
    s.mul(scale).intoArray(scores, p);
    t.mul(scale).intoArray(scores, p + LANES);
  }

  /** Two vectors at a time, at any width within one block. */
  @Override
  public void values(
      VectorKvCache.Run values, int dim, float[] weights, int first, float inverse, long to) {
    long bytes = BYTES * (dim / BLOCK);
    int end = first + values.count();
    for (int d = 0; d < dim; d += 2 * LANES) {
      long block = BYTES * (d / BLOCK);
      int within = 2 + d % BLOCK;
      FloatVector a0 = FloatVector.zero(FLOATS);
      FloatVector a1 = a0;
      long at = values.at() + block;
      for (int p = first; p < end; p++) {
        float step = Float.float16ToFloat(ALL.get(HALF, at));
        float weight = weights[p];
        a0 = a0.add(signedBytes(at + within).mul(step).mul(weight));
        a1 = a1.add(signedBytes(at + within + LANES).mul(step).mul(weight));
        at = values.next(at, bytes, block);
      }
      a0.mul(inverse).intoMemorySegment(ALL, to + 4L * d, LITTLE);
      a1.mul(inverse).intoMemorySegment(ALL, to + 4L * (d + LANES), LITTLE);
    }
  }

  @Override
  public void widenKeys(long strip, int dim, float[] to, int at) {
    for (int block = 0; block < dim; block += BLOCK) {
      long scales = strip + BYTES * LANES * (block / BLOCK);
      FloatVector step = finiteHalves(scales);
      for (int i = 0; i < BLOCK; i++) {
        signedBytes(scales + (2L + i) * LANES).mul(step).intoArray(to, at + (block + i) * ROWS);
      }
    }
  }

  @Override
  public void widenValue(long value, int dim, float[] to, int at, int next) {
    for (int d = 0; d < dim; d += LANES) {
      long block = value + BYTES * (d / BLOCK);
      float step = Float.float16ToFloat(ALL.get(HALF, block));
      signedBytes(block + 2 + d % BLOCK).mul(step).intoArray(to, at + d / ROWS * next + d % ROWS);
    }
  }
}
