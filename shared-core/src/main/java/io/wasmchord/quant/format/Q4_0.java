package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 16 bytes: nibbles, byte i holds values i (low) and 16 + i (high); value = d * (q - 8) |
 * </pre>
 */
public final class Q4_0 extends PlainFormat {
  private static final Range RANGE = Range.unsigned(4).less(8);
  private static final Field D = Field.f16("d", 0);
  private static final Field QUANTS = Field.integers("quants", 2, 4, 32);

  public Q4_0() {
    super("Q4_0", 2, RANGE, D, QUANTS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    Nibbles32.unpack(src, at + QUANTS.at(), RANGE.bias(), out.q());
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q4_0::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(Scales32.weighted(this, Q4_0::encode));
  }

  private static void encode(float[] src, int at, float[] weights, byte[] dst, int to) {
    int[] q = new int[weights.length];
    ScaleSearch.Symmetric search = new ScaleSearch.Symmetric(weights.length, RANGE.bias());
    Bytes.putF16(dst, to + D.at(), search.search(src, at, weights, 0, q, 0));
    Nibbles32.pack(q, dst, to + QUANTS.at());
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float d = Scales32.largest(src, at) / RANGE.least();
    Bytes.putF16(dst, to + D.at(), d);
    int[] q = Scales32.biased(src, at, d, RANGE.bias(), RANGE.largestStored());
    Nibbles32.pack(q, dst, to + QUANTS.at());
  }
}
