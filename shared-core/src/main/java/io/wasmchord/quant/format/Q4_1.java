package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | f16 m |
 *   | 4 | 16 bytes: nibbles as in Q4_0; value = d * q + m |
 * </pre>
 */
public final class Q4_1 extends OffsetFormat {
  private static final Range RANGE = Range.unsigned(4);
  private static final Field D = Field.f16("d", 0);
  private static final Field M = Field.f16("m", 2);
  private static final Field QUANTS = Field.integers("quants", 4, 4, 32);

  public Q4_1() {
    super("Q4_1", 3, RANGE, D, M, QUANTS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    out.dMin = Bytes.f16(src, at + M.at());
    Nibbles32.unpack(src, at + QUANTS.at(), 0, out.q());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q4_1::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(Scales32.weighted(this, Q4_1::encode));
  }

  private static void encode(float[] src, int at, float[] weights, byte[] dst, int to) {
    int[] q = Scales32.affine(src, at, weights, dst, to + D.at(), RANGE.most());
    Nibbles32.pack(q, dst, to + QUANTS.at());
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    int[] q = Scales32.affine(src, at, dst, to + D.at(), RANGE.most());
    for (int i = 0; i < q.length; i++) {
      q[i] = Math.min(RANGE.most(), q[i]);
    }
    Nibbles32.pack(q, dst, to + QUANTS.at());
  }
}
