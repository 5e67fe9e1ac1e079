package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 4 bytes: the fifth bits, bit i of value i |
 *   | 6 | 16 bytes: nibbles as in Q4_0; value = d * (q - 16) |
 * </pre>
 */
public final class Q5_0 extends PlainFormat {
  private static final Range RANGE = Range.unsigned(5).less(16);
  private static final Field D = Field.f16("d", 0);
  private static final Field FIFTHS = Field.integers("fifth bits", 2, 1, 32);
  private static final Field NIBBLES = Field.integers("nibbles", 6, 4, 32);

  public Q5_0() {
    super("Q5_0", 6, RANGE, D, FIFTHS, NIBBLES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    FiveBits32.unpack(src, at + FIFTHS.at(), at + NIBBLES.at(), RANGE.bias(), out.q());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q5_0::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(Scales32.weighted(this, Q5_0::encode));
  }

  private static void encode(float[] src, int at, float[] weights, byte[] dst, int to) {
    int[] q = new int[weights.length];
    ScaleSearch.Symmetric search = new ScaleSearch.Symmetric(weights.length, RANGE.bias());
    Bytes.putF16(dst, to + D.at(), search.search(src, at, weights, 0, q, 0));
    FiveBits32.pack(q, dst, to + FIFTHS.at(), to + NIBBLES.at());
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float d = Scales32.largest(src, at) / RANGE.least();
    Bytes.putF16(dst, to + D.at(), d);
    int[] q = Scales32.biased(src, at, d, RANGE.bias(), RANGE.largestStored());
    FiveBits32.pack(q, dst, to + FIFTHS.at(), to + NIBBLES.at());
  }
}
