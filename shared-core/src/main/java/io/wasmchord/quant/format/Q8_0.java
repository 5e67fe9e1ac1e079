package io.wasmchord.quant.format;

import io.wasmchord.math.Float16;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 32 int8; value = d * q |
 * </pre>
 *
 * Also a format of activations: its quantizer, ggml's {@code quantize_row_q8_0_ref}, is theirs.
 */
public final class Q8_0 extends PlainFormat {
  private static final Field D = Field.f16("d", 0);
  private static final Field QUANTS = Field.integers("quants", 2, 8, 32);

  public Q8_0() {
    super("Q8_0", 8, Range.signed(8), D, QUANTS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    System.arraycopy(src, at + QUANTS.at(), out.q(), 0, values());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of((src, at, dst, to) ->
        Bytes.putF16(dst, to + D.at(), quantizeBlock(src, at, dst, to + QUANTS.at())));
  }

  /**
   * Quantizes 32 floats at {@code x[from]} to int8 at {@code q[to]}.
   *
   * @return the scale as it would be stored: rounded to float16
   */
  public static float quantizeBlock(float[] x, int from, byte[] q, int to) {
    return Float16.round(quantize(x, from, q, to));
  }

  /**
   * The same for values that are stored to be read again: a scale beyond binary16's range becomes
   * the largest one, so that what is read is always finite.
   *
   * @return the scale's 16 bits
   */
  public static int quantizeBlockFinite(float[] x, int from, byte[] q, int to) {
    return Float16.fromFloatFinite(quantize(x, from, q, to));
  }

  /** The same, with the scale before it is rounded. */
  static float quantize(float[] x, int from, byte[] q, int to) {
    float max = 0f;
    for (int i = 0; i < 32; i++) {
      float magnitude = Math.abs(x[from + i]);
      max = magnitude > max ? magnitude : max;
    }
    float d = max / Partner.LARGEST;
    float inverse = d != 0f ? 1f / d : 0f;
    for (int i = 0; i < 32; i++) {
      q[to + i] =
          (byte)
              Math.clamp(
                  roundAwayFromZero(x[from + i] * inverse), -Partner.LARGEST, Partner.LARGEST);
    }
    return d;
  }

  /** C's {@code roundf}: halves away from zero; 0 for NaN. */
  static int roundAwayFromZero(float value) {
    int truncated = (int) value;
    float rest = value - truncated;
    return truncated + (rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0);
  }
}
