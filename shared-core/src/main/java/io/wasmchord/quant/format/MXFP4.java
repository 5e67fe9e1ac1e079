package io.wasmchord.quant.format;

import io.wasmchord.math.DoubleMath;
import java.util.Optional;

/**
 * The Open Compute Project's microscaling format of 4-bit floats (E2M1).
 *
 * <pre>
 *   | byte | field |
 *   | 0 | e8m0 e: half the scale, d = 2^(e - 128) |
 *   | 1 | 16 bytes: nibbles as in Q4_0 that index the table; value = d * table[q] |
 * </pre>
 *
 * As in ggml the table holds the floats' values doubled, so that they are integers, and {@code d}
 * is half of what the exponent says.
 */
public final class MXFP4 extends PlainFormat {
  /** ggml's {@code kvalues_mxfp4}: 0, 0.5, 1, 1.5, 2, 3, 4 and 6, doubled; then their negatives. */
  public static final ValueTable TABLE =
      ValueTable.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

  private static final Field E = Field.e8m0("e", 0);
  private static final Field INDICES = Field.integers("indices", 1, 4, 32);

  public MXFP4() {
    super("MXFP4", 39, TABLE.range(), E, INDICES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = half(src[at + E.at()] & 0xFF);
    Nibbles32.lookUp(src, at + INDICES.at(), TABLE, out.q(), 0);
  }

  /** {@code 2^(e - 128)}: the two smallest are subnormal, and 255 is a number like the others. */
  private static float half(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(MXFP4::encode);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float max = Math.abs(Scales32.largest(src, at));
    boolean measured = max > 0f && max < Float.POSITIVE_INFINITY;
    int e = measured ? logarithm(max) + 125 : 0; // of the smallest it wraps, as ggml's does
    dst[to + E.at()] = (byte) e;
    float d = half(e & 0xFF);
    int[] indices = new int[INDICES.count()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = nearest(src[at + i], d);
    }
    Nibbles32.pack(indices, dst, to + INDICES.at());
  }

  /**
   * The binary logarithm, rounded to float32 and then down: just below a power of two it is that of
   * the power.
   */
  private static int logarithm(float value) {
    return (int) Math.floor((float) (DoubleMath.log(value) / DoubleMath.log(2)));
  }

  /** Index of the value that is nearest to {@code x}; the first of several. */
  static int nearest(float x, float d) {
    int best = 0;
    float least = Math.abs(TABLE.value(0) * d - x);
    for (int i = 1; i < TABLE.size(); i++) {
      float error = Math.abs(TABLE.value(i) * d - x);
      if (error < least) {
        best = i;
        least = error;
      }
    }
    return best;
  }
}
