package io.wasmchord.quant.format;

import static io.wasmchord.quant.format.ScaleSearch.nearest;

import java.util.Arrays;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | 128 bytes: low nibbles, byte 64 h + i holds values 128 h + i (low) and 128 h + 64 + i (high) |
 *   | 128 | 64 bytes: high pairs, byte 32 h + i holds values 128 h + i + 0, 32, 64, 96 |
 *   | 192 | 16 int8 scales; value = d * scale * (q - 32) |
 *   | 208 | f16 d |
 * </pre>
 */
public final class Q6_K extends ScaledFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final Range RANGE = Range.unsigned(6).less(32);
  private static final Range SCALE_RANGE = Range.signed(8);
  private static final Field LOW = Field.integers("low nibbles", 0, 4, 256);
  private static final Field HIGH = Field.integers("high pairs", 128, 2, 256);
  private static final Field SCALES = Field.integers("scales", 192, 8, 16);
  private static final Field D = Field.f16("d", 208);

  public Q6_K() {
    super("Q6_K", 14, GROUP, RANGE, SCALE_RANGE, LOW, HIGH, SCALES, D);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    for (int g = 0; g < GROUPS; g++) {
      out.scale()[g] = src[at + SCALES.at() + g];
    }
    int lows = at + LOW.at();
    int highs = at + HIGH.at();
    int bias = RANGE.bias();
    byte[] q = out.q();
    for (int i = 0; i < 256; i++) {
      int packed = src[lows + (i >> 7) * 64 + (i & 63)];
      int low = ((i & 64) == 0 ? packed : packed >> 4) & 0x0F;
      q[i] = (byte) ((low | Pairs256.of(src, highs, i) << 4) - bias);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(this::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, this::encode));
  }

  private void encode(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[GROUPS];
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      scales[g] = ScaleSearch.symmetric(src, at + g * GROUP, q, g * GROUP);
    }
    pack(src, at, scales, q, dst, to);
  }

  private void encode(float[] src, int at, float[] importance, int from, byte[] dst, int to) {
    ScaleSearch.Symmetric search = new ScaleSearch.Symmetric(GROUP, RANGE.bias());
    float[] scales = new float[GROUPS];
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      int group = g * GROUP;
      scales[g] = search.search(src, at + group, importance, from + group, q, group);
    }
    pack(src, at, scales, q, dst, to);
  }

  private void pack(float[] src, int at, float[] scales, int[] q, byte[] dst, int to) {
    float max = 0f;
    for (float scale : scales) {
      max = Math.abs(scale) > Math.abs(max) ? scale : max;
    }
    if (Math.abs(max) < ScaleSearch.EPSILON) {
      Arrays.fill(dst, to, to + bytes(), (byte) 0);
      return;
    }
    float inverse = -128f / max;
    Bytes.putF16(dst, to + D.at(), 1f / inverse);
    float d = Bytes.f16(dst, to + D.at());
    for (int g = 0; g < GROUPS; g++) {
      int scale = Math.min(SCALE_RANGE.most(), nearest(inverse * scales[g]));
      dst[to + SCALES.at() + g] = (byte) scale;
      Groups256.biased(src, at + g * GROUP, q, g * GROUP, GROUP, d * scale, RANGE.bias());
    }
    for (int i = 0; i < 128; i++) {
      int from = (i >> 6) * 128 + (i & 63);
      dst[to + LOW.at() + i] = (byte) ((q[from] & 0x0F) | (q[from + 64] & 0x0F) << 4);
    }
    Pairs256.pack(q, 4, dst, to + HIGH.at());
  }
}
