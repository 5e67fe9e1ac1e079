package io.wasmchord.web.kernels.attention;

import io.wasmchord.backend.KvType;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/**
 * Writes and reads a cache of one type. Four positions' keys are a strip, a lane a position; of
 * values a lane is a dimension. See {@link AttentionCode}.
 */
interface CacheCode {
  static CacheCode of(KvType type) {
    return switch (type) {
      case F32 -> new FloatCache();
      case F16 -> new HalfCache();
      case Q8_0 -> new QuantCache();
    };
  }

  /** Bytes of one key or value of {@code dim} values. */
  I32 bytes(I32 dim);

  /**
   * Emits the storing of a position's key.
   *
   * @param to address of the position's strip
   * @param lane the position's place in it
   * @param from address of {@code dim} floats, which may be changed
   */
  void storeKey(Code c, I32.Local to, I32.Local lane, I32.Local from, I32.Local dim);

  /** Emits the storing of {@code dim} floats at {@code from} as the value at {@code to}. */
  void storeValue(Code c, I32.Local to, I32.Local from, I32.Local dim);

  /**
   * Emits {@code sums[q][i] = sums[q][i] + query * key} over all dimensions in order.
   *
   * @param queries addresses of {@code dim} floats each; are changed
   * @param strips addresses, one for each sum of a query; are changed
   */
  void addProducts(
      Code c, I32.Local[] queries, I32.Local[] strips, I32.Local dim, V128.Local[][] sums);

  /**
   * How many vectors of a value are summed in one pass over the positions: most first.
   *
   * @param queries for which they are summed at once
   */
  int[] passes(int queries);

  /** Bytes of {@code vectors} vectors of a value. */
  int bytes(int vectors);

  /** Vectors of a value, from {@code at} on, as floats. */
  V128[] values(Code c, I32.Local at, int vectors);
}
