package io.wasmchord.quant;

/** The 32-block quantizer that also keeps the sum; ggml's {@code quantize_row_q8_1_ref}. */
public final class Q8_1 {
  private Q8_1() {}

  /**
   * Quantizes 32 floats at {@code x[from]} to int8 at {@code q[to]}; {@code scales[at]} becomes d and {@code scales[at + 1]} becomes
   * d * sum(q), both as they would be stored: rounded to float16.
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
