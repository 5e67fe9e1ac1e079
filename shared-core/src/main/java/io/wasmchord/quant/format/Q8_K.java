package io.wasmchord.quant.format;

import io.wasmchord.math.FloatMath;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f32 d |
 *   | 4 | 256 int8; value = d * q |
 *   | 260 | 16 int16: the sums of 16 values each |
 * </pre>
 */
public final class Q8_K extends ActivationOnlyFormat {
  private static final Field D = Field.f32("d", 0);
  private static final Field QUANTS = Field.integers("quants", 4, 8, 256);
  private static final Field SUMS = Field.integers("sums", 260, 16, 16);

  public Q8_K() {
    super("Q8_K", 15, Partner.Q8_K, D, QUANTS, SUMS);
  }

  @Override
  public Optional<BlockDecoder> decoder() {
    return Optional.of(
        (src, at, dst, to) -> scaled(Bytes.f32(src, at + D.at()), src, at + QUANTS.at(), dst, to));
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q8_K::encode);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    short[] sums = new short[SUMS.count()];
    Bytes.putF32(dst, to + D.at(), quantizeBlock(src, at, dst, to + QUANTS.at(), sums, 0));
    for (int g = 0; g < sums.length; g++) {
      Bytes.putU16(dst, to + SUMS.at() + 2 * g, sums[g]);
    }
  }

  /**
   * ggml's {@code quantize_row_q8_K_ref}: quantizes 256 floats at {@code x[from]} to int8 at {@code
   * q[to]}, with the sums of each 16 of them from {@code sums[sumsAt]} on.
   *
   * @return the float32 scale; 0 for a block of zeros
   */
  public static float quantizeBlock(
      float[] x, int from, byte[] q, int to, short[] sums, int sumsAt) {
    float max = 0f;
    float magnitude = 0f;
    for (int i = 0; i < 256; i++) {
      float a = Math.abs(x[from + i]);
      if (a > magnitude) {
        magnitude = a;
        max = x[from + i];
      }
    }
    float inverse = magnitude == 0f ? 0f : -(float) Partner.LARGEST / max;
    for (int g = 0; g < 16; g++) {
      int sum = 0;
      for (int i = g * 16; i < g * 16 + 16; i++) {
        float rounded = (inverse * x[from + i] + FloatMath.ROUND) - FloatMath.ROUND;
        int value = Math.clamp((int) rounded, -Partner.LARGEST, Partner.LARGEST);
        q[to + i] = (byte) value;
        sum += value;
      }
      sums[sumsAt + g] = (short) sum;
    }
    return magnitude == 0f ? 0f : 1f / inverse;
  }
}
