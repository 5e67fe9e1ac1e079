package io.wasmchord.jvm.vector;

import io.wasmchord.backend.KvType;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.Q8_0;

/**
 * Reads a cache of one type by the Vector API. Keys come in strips of as many positions as a vector
 * has lanes, a lane a position; of values a lane is a dimension. See {@link VectorKvCache}.
 */
interface CacheCode {
  static CacheCode of(KvType type) {
    return switch (type) {
      case F32 -> new FloatCache();
      case F16 -> new HalfCache();
      case Q8_0 -> new QuantCache();
    };
  }

  /**
   * Scores of {@link VectorKvCache#RUN} positions: the sums of query times key, times {@code
   * scale}, to {@code scores} from {@code p} on.
   *
   * @param query address of {@code dim} floats
   * @param strip address of the first strip
   */
  void scores(long query, long strip, int dim, float scale, float[] scores, int p);

  /**
   * Sums of values, each times its weight, times {@code inverse}, as {@code dim} floats at {@code
   * to}.
   *
   * @param first the first value's weight
   */
  void values(
      VectorKvCache.Run values, int dim, float[] weights, int first, float inverse, long to);

  /**
   * Widens a strip's keys to float32: dimension d to {@code to} from {@code at + d * ROWS} on.
   *
   * @param strip address
   */
  void widenKeys(long strip, int dim, float[] to, int at);

  /**
   * Widens a value to float32: each {@link Lanes#ROWS} dimensions of it to {@code to}, {@code next}
   * after those before.
   *
   * @param value address
   * @param dim a multiple of a vector's lanes
   * @param at where the first ones come to lie
   */
  void widenValue(long value, int dim, float[] to, int at, int next);
}
