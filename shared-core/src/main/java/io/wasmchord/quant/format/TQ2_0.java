package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * Ternary values, four in a byte; the fourth pattern is a 2.
 *
 * <pre>
 *   | byte | field |
 *   | 0 | 64 bytes: pairs of bits as in Q2_K; value = d * (q - 1) |
 *   | 64 | f16 d |
 * </pre>
 */
public final class TQ2_0 extends ScaledFormat {
  private static final Range RANGE = Range.unsigned(2).less(1);
  private static final Field QUANTS = Field.integers("quants", 0, 2, 256);
  private static final Field D = Field.f16("d", 64);

  public TQ2_0() {
    super("TQ2_0", 35, Ternary.GROUP, RANGE, Ternary.SCALE_RANGE, QUANTS, D);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    Ternary.unscaled(out);
    for (int i = 0; i < 256; i++) {
      out.q()[i] = (byte) (Pairs256.of(src, at + QUANTS.at(), i) - RANGE.bias());
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(TQ2_0::encode);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    Pairs256.pack(Ternary.encode(src, at, dst, to + D.at()), 0, dst, to + QUANTS.at());
  }
}
