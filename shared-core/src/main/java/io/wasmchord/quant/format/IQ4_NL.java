package io.wasmchord.quant.format;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 16 bytes: nibbles as in Q4_0 that index the table; value = d * table[q] |
 * </pre>
 */
public final class IQ4_NL extends PlainFormat {
  /** ggml's {@code kvalues_iq4nl}. */
  public static final ValueTable TABLE =
      ValueTable.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

  private static final Field D = Field.f16("d", 0);
  private static final Field INDICES = Field.integers("indices", 2, 4, 32);

  public IQ4_NL() {
    super("IQ4_NL", 20, TABLE.range(), D, INDICES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    Nibbles32.lookUp(src, at + INDICES.at(), TABLE, out.q(), 0);
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of((src, at, dst, to) -> encode(src, at, null, 0, dst, to));
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, IQ4_NL::encode));
  }

  private static void encode(
      float[] src, int at, float @Nullable [] importance, int from, byte[] dst, int to) {
    int n = INDICES.count();
    float scale = IQ4Search.scale(src, at, IQ4Search.weights(src, at, importance, from, at, n));
    Bytes.putF16(dst, to + D.at(), scale);
    IQ4Search.pack(src, at, scale, dst, to + INDICES.at());
  }
}
