package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | f16 m |
 *   | 4 | 4 bytes: the fifth bits, bit i of value i |
 *   | 8 | 16 bytes: nibbles as in Q4_0; value = d * q + m |
 * </pre>
 */
public final class Q5_1 extends OffsetFormat {
  private static final Range RANGE = Range.unsigned(5);
  private static final Field D = Field.f16("d", 0);
  private static final Field M = Field.f16("m", 2);
  private static final Field FIFTHS = Field.integers("fifth bits", 4, 1, 32);
  private static final Field NIBBLES = Field.integers("nibbles", 8, 4, 32);

  public Q5_1() {
    super("Q5_1", 7, RANGE, D, M, FIFTHS, NIBBLES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    out.dMin = Bytes.f16(src, at + M.at());
    FiveBits32.unpack(src, at + FIFTHS.at(), at + NIBBLES.at(), 0, out.q());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q5_1::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(Scales32.weighted(this, Q5_1::encode));
  }

  private static void encode(float[] src, int at, float[] weights, byte[] dst, int to) {
    int[] q = Scales32.affine(src, at, weights, dst, to + D.at(), RANGE.most());
    FiveBits32.pack(q, dst, to + FIFTHS.at(), to + NIBBLES.at());
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    int[] q = Scales32.affine(src, at, dst, to + D.at(), RANGE.most());
    FiveBits32.pack(q, dst, to + FIFTHS.at(), to + NIBBLES.at());
  }
}
