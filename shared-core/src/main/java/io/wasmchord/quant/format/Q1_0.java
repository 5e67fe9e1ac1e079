package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 16 bytes: bit i of value i; value = d where it is set, else -d |
 * </pre>
 */
public final class Q1_0 extends PartedFormat {
  private static final int PART = 32;
  private static final Field D = Field.f16("d", 0);
  private static final Field BITS = Field.integers("bits", 2, 1, 128);

  public Q1_0() {
    super("Q1_0", 41, BITS.count(), PART, new Range(-1, 1, 0), D, BITS);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    float d = Bytes.f16(src, at + D.at());
    for (int p = 0; p < BITS.count() / PART; p++) {
      out.putD(p, d);
    }
    for (int i = 0; i < BITS.count(); i++) {
      int bit = src[at + BITS.at() + (i >> 3)] >> (i & 7) & 1;
      out.q()[i] = (byte) (2 * bit - 1);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
