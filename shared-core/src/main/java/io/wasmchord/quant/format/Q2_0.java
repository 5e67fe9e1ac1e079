package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 16 bytes: 2-bit quants, byte i holds values 4 i on, the lowest bits first; value = d * (q - 1) |
 * </pre>
 */
public final class Q2_0 extends PartedFormat {
  private static final int PART = 32;
  private static final Range RANGE = Range.unsigned(2).less(1);
  private static final Field D = Field.f16("d", 0);
  private static final Field QUANTS = Field.integers("quants", 2, 2, 64);

  public Q2_0() {
    super("Q2_0", 42, QUANTS.count(), PART, RANGE, D, QUANTS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    float d = Bytes.f16(src, at + D.at());
    for (int p = 0; p < QUANTS.count() / PART; p++) {
      out.putD(p, d);
    }
    for (int i = 0; i < QUANTS.count(); i++) {
      int stored = src[at + QUANTS.at() + (i >> 2)] >> (2 * (i & 3)) & 3;
      out.q()[i] = (byte) (stored - RANGE.bias());
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
