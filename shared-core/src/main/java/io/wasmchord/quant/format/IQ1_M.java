package io.wasmchord.quant.format;

import io.wasmchord.math.Float16;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | 32 bytes: the low 8 bits of indices into the grid, for eight values each |
 *   | 32 | 32 nibbles: 3 high bits of an index; whether an eighth is taken off its values or added |
 *   | 48 | four times 16 bits: four scales of 3 bits, of 16 values each, from the lowest on; |
 *   |    | and a nibble of the f16 d, the lowest first |
 * </pre>
 *
 * <p>With {@code q} as {@link TernaryGrid} has it, a value is {@code d / 8 * (2 * scale + 1) * q}.
 */
public final class IQ1_M extends ScaledFormat {
  private static final int GROUP = 16;
  private static final Field LOW = Field.integers("low bits of indices", 0, 8, 32);
  private static final Field HIGH = Field.integers("high bits of indices", 32, 4, 32);
  private static final Field SCALES = Field.f16InNibbles("scales and d", 48);

  public IQ1_M() {
    super("IQ1_M", 29, GROUP, TernaryGrid.RANGE, TernaryGrid.SCALE_RANGE, LOW, HIGH, SCALES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    int d = 0;
    for (int i = 0; i < SCALES.count(); i++) {
      int packed = Bytes.u16(src, at + SCALES.at() + 2 * i);
      d |= (packed >> 12) << (4 * i);
      for (int g = 0; g < 4; g++) {
        out.scale()[4 * i + g] = OddScales.of((packed >> (3 * g)) & 7);
      }
    }
    out.d = Float16.toFloat(d) * TernaryGrid.EIGHTH;
    for (int k = 0; k < LOW.count(); k++) {
      int high = src[at + HIGH.at() + (k >> 1)] >> (4 * (k & 1));
      int index = (src[at + LOW.at() + k] & 0xFF) | (high & 7) << 8;
      TernaryGrid.put(index, (high & 8) != 0, out.q(), 8 * k);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
