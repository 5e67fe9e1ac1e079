package io.wasmchord.quant.format;

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
    return Optional.empty();
  }
}
