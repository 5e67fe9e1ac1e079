package io.wasmchord.quant.format;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | f16 d |
 *   | 2 | 16 bits: high pairs of 8 scales |
 *   | 4 | 4 bytes: low nibbles of 8 scales |
 *   | 8 | 128 bytes: per 32 values 16 bytes of nibbles as in IQ4_NL; value = d * (scale - 32) * table[q] |
 * </pre>
 */
public final class IQ4_XS extends ScaledFormat {
  private static final int GROUP = 32;
  private static final int GROUPS = 8;
  private static final Range SCALE_RANGE = Range.unsigned(6).less(32);
  private static final Field D = Field.f16("d", 0);
  private static final Field SCALES_HIGH = Field.integers("high pairs of scales", 2, 2, 8);
  private static final Field SCALES_LOW = Field.integers("low nibbles of scales", 4, 4, 8);
  private static final Field INDICES = Field.integers("indices", 8, 4, 256);

  public IQ4_XS() {
    super(
        "IQ4_XS",
        23,
        GROUP,
        IQ4_NL.TABLE.range(),
        SCALE_RANGE,
        D,
        SCALES_HIGH,
        SCALES_LOW,
        INDICES);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    int high = Bytes.u16(src, at + SCALES_HIGH.at());
    for (int g = 0; g < GROUPS; g++) {
      int low = (src[at + SCALES_LOW.at() + (g >> 1)] >> ((g & 1) * 4)) & 0x0F;
      out.scale()[g] = (low | ((high >> (2 * g)) & 3) << 4) - SCALE_RANGE.bias();
      Nibbles32.lookUp(src, at + INDICES.at() + g * 16, IQ4_NL.TABLE, out.q(), g * GROUP);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of((src, at, dst, to) -> encode(src, at, null, 0, dst, to));
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, IQ4_XS::encode));
  }

  private static void encode(
      float[] src, int at, float @Nullable [] importance, int from, byte[] dst, int to) {
    float[] scales = new float[GROUPS];
    float max = 0f;
    for (int g = 0; g < GROUPS; g++) {
      int group = at + g * GROUP;
      int weights = from + g * GROUP;
      scales[g] =
          IQ4Search.scale(
              src, group, IQ4Search.weights(src, group, importance, weights, at, INDICES.count()));
      max = Math.abs(scales[g]) > Math.abs(max) ? scales[g] : max;
    }
    float d = max * -1f / SCALE_RANGE.bias();
    Bytes.putF16(dst, to + D.at(), d);
    Arrays.fill(dst, to + SCALES_HIGH.at(), to + INDICES.at(), (byte) 0);
    float inverse = d != 0f ? 1f / d : 0f;
    for (int g = 0; g < GROUPS; g++) {
      int scale =
          Math.clamp(
              ScaleSearch.nearest(inverse * scales[g]), SCALE_RANGE.least(), SCALE_RANGE.most());
      IQ4Search.pack(src, at + g * GROUP, d * scale, dst, to + INDICES.at() + g * 16);
      int stored = scale + SCALE_RANGE.bias();
      dst[to + SCALES_LOW.at() + (g >> 1)] |= (byte) ((stored & 0x0F) << (4 * (g & 1)));
      dst[to + SCALES_HIGH.at() + (g >> 2)] |= (byte) ((stored >> 4) << (2 * (g & 3)));
    }
  }
}
