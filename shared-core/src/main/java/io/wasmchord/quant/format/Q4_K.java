package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | f16 dMin |
 *   | 4 | 12 bytes: 8 scales and 8 minimums of 6 bits |
 *   | 16 | 128 bytes: byte 32 h + i holds values 64 h + i (low) and 64 h + 32 + i (high) |
 * </pre>
 */
public final class Q4_K extends MinimumFormat {
  private static final Range RANGE = Range.unsigned(4);
  private static final Field D = Field.f16("d", 0);
  private static final Field D_MIN = Field.f16("dMin", 2);
  private static final Field SCALES = Field.integers("scales and minimums", 4, 6, 16);
  private static final Field QUANTS = Field.integers("quants", 16, 4, 256);
  private static final ScaleSearch.Affine SEARCH =
      new ScaleSearch.Affine(SixBitScales.GROUP, RANGE.most(), -1f, 0.1f, 20, false);

  public Q4_K() {
    super("Q4_K", 12, SixBitScales.GROUP, RANGE, SixBitScales.RANGE, D, D_MIN, SCALES, QUANTS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    SixBitScales.unpack(src, at + D.at(), out);
    SixBitScales.unpackNibbles(src, at + QUANTS.at(), out.q());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q4_K::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, Q4_K::encode));
  }

  private static void encode(
      float[] src, int at, float[] importance, int from, byte[] dst, int to) {
    int[] q = SixBitScales.encode(src, at, importance, from, dst, to + D.at(), RANGE.most());
    SixBitScales.packNibbles(q, dst, to + QUANTS.at());
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    int[] q = SixBitScales.encode(src, at, dst, to + D.at(), SEARCH);
    SixBitScales.packNibbles(q, dst, to + QUANTS.at());
  }
}
