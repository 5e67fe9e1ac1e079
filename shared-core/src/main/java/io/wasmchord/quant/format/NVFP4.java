package io.wasmchord.quant.format;

import java.util.Optional;

/**
 * NVIDIA's format of 4-bit floats (E2M1), with a scale of 8 bits for every 16.
 *
 * <pre>
 *   | byte | field |
 *   | 0 | 4 bytes: ue4m3 scales of 16 values each, d is half of it |
 *   | 4 | per 16 values 8 bytes: nibbles that index MXFP4's table, byte i holds values i (low) and 8 + i (high) |
 * </pre>
 *
 * Files have a second scale beside each tensor, which models apply; blocks know nothing of it.
 */
public final class NVFP4 extends PartedFormat {
  private static final int PART = 16;
  private static final Field SCALES = Field.ue4m3("scales", 0, 4);
  private static final Field INDICES = Field.integers("indices", 4, 4, 64);

  public NVFP4() {
    super("NVFP4", 40, 64, PART, MXFP4.TABLE.range(), SCALES, INDICES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    for (int p = 0; p < SCALES.count(); p++) {
      out.putD(p, half(src[at + SCALES.at() + p] & 0xFF));
      for (int i = 0; i < 8; i++) {
        int packed = src[at + INDICES.at() + 8 * p + i];
        out.q()[PART * p + i] = MXFP4.TABLE.value(packed & 0x0F);
        out.q()[PART * p + i + 8] = MXFP4.TABLE.value((packed >> 4) & 0x0F);
      }
    }
  }

  /** Half the scale; as in ggml its highest bit is ignored, and 127 is 0. */
  private static float half(int scale) {
    int exponent = (scale >> 3) & 15;
    int mantissa = scale & 7;
    if (scale == 0x7F) {
      return 0f;
    }
    return exponent == 0
        ? mantissa * 0x1p-10f
        : (8 + mantissa) * Float.intBitsToFloat((127 - 11 + exponent) << 23);
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.empty();
  }
}
