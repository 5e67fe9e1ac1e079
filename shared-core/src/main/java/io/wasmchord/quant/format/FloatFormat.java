package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * A weight whose values are floats, each a block of its own. A product is {@code acc = acc + w[i] *
 * x[i]} in order, with w widened to float32.
 */
public abstract sealed class FloatFormat extends WeightFormat permits F32, F16, BF16 {
  FloatFormat(String name, int id, Field value) {
    super(name, id, 1, value);
  }

  @Override
  public final Partner partner() {
    return Partner.FLOATS;
  }

  /** The value at {@code src[at]}, as a float32. */
  abstract float decode(byte[] src, int at);

  /** Stores the nearest value at {@code dst[to]}. */
  abstract void encode(float value, byte[] dst, int to);

  @Override
  public final Optional<BlockDecoder> decoder() {
    return Optional.of((src, at, dst, to) -> dst[to] = decode(src, at));
  }

  @Override
  public final Optional<BlockEncoder> encoder() {
    return Optional.of((src, at, dst, to) -> encode(src[at], dst, to));
  }
}
