package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 32 bytes: the low 8 bits of indices into the grid, for eight values each |
 *   | 34 | per 32 values 16 bits: four times 3 high bits of indices, from the lowest on; |
 *   |    | a scale of 3 bits; whether an eighth is taken off the values or added |
 * </pre>
 *
 * <p>With {@code q} as {@link TernaryGrid} has it, a value is {@code d / 8 * (2 * scale + 1) * q}.
 */
public final class IQ1_S extends ScaledFormat {
  private static final int GROUP = 32;
  private static final Field D = Field.f16("d", 0);
  private static final Field LOW = Field.integers("low bits of indices", 2, 8, 32);
  private static final Field HIGH = Field.integers("high bits of indices, scales", 34, 16, 8);

  public IQ1_S() {
    super("IQ1_S", 19, GROUP, TernaryGrid.RANGE, TernaryGrid.SCALE_RANGE, D, LOW, HIGH);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at()) * TernaryGrid.EIGHTH;
    for (int k = 0; k < LOW.count(); k++) {
      int high = Bytes.u16(src, at + HIGH.at() + 2 * (k >> 2));
      out.scale()[k >> 2] = OddScales.of((high >> 12) & 7);
      int index = (src[at + LOW.at() + k] & 0xFF) | ((high >> (3 * (k & 3))) & 7) << 8;
      TernaryGrid.put(index, (high & 0x8000) != 0, out.q(), 8 * k);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
