package io.wasmchord.quant.format;

import io.wasmchord.math.Float16;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | f16 s = d * sum(q) |
 *   | 4 | 32 int8; value = d * q |
 * </pre>
 */
public final class Q8_1 extends ActivationOnlyFormat {
  private static final Field D = Field.f16("d", 0);
  private static final Field S = Field.f16("s", 2);
  private static final Field QUANTS = Field.integers("quants", 4, 8, 32);

  public Q8_1() {
    super("Q8_1", 9, Partner.Q8_1, D, S, QUANTS);
  }

  @Override
  public Optional<BlockDecoder> decoder() {
    return Optional.of(
        (src, at, dst, to) -> scaled(Bytes.f16(src, at + D.at()), src, at + QUANTS.at(), dst, to));
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q8_1::encode);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[2];
    quantizeBlock(src, at, dst, to + QUANTS.at(), scales, 0);
    Bytes.putF16(dst, to + D.at(), scales[0]);
    Bytes.putF16(dst, to + S.at(), scales[1]);
  }

  /**
   * ggml's {@code quantize_row_q8_1_ref}: quantizes 32 floats at {@code x[from]} to int8 at {@code
   * q[to]}; {@code scales[at]} becomes d and {@code scales[at + 1]} becomes d * sum(q), both as
   * they would be stored: rounded to float16.
   */
  public static void quantizeBlock(float[] x, int from, byte[] q, int to, float[] scales, int at) {
    float d = Q8_0.quantize(x, from, q, to);
    int sum = 0;
    for (int i = 0; i < 32; i++) {
      sum += q[to + i];
    }
    scales[at] = Float16.round(d);
    scales[at + 1] = Float16.round(d * sum);
  }
}
