package io.wasmchord.quant.format;

import static io.wasmchord.quant.format.ScaleSearch.nearest;

import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | 16 bytes: low nibble scale, high nibble minimum of 16 values |
 *   | 16 | 64 bytes: 2-bit quants, byte 32 h + i holds values 128 h + i + 0, 32, 64, 96 |
 *   | 80 | f16 d |
 *   | 82 | f16 dMin |
 * </pre>
 */
public final class Q2_K extends MinimumFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final Range RANGE = Range.unsigned(2);
  private static final Range SCALE_RANGE = Range.unsigned(4);
  private static final Field SCALES = Field.integers("scales and minimums", 0, 4, 32);
  private static final Field QUANTS = Field.integers("quants", 16, 2, 256);
  private static final Field D = Field.f16("d", 80);
  private static final Field D_MIN = Field.f16("dMin", 82);
  private static final ScaleSearch.Affine SEARCH =
      new ScaleSearch.Affine(GROUP, RANGE.most(), -0.5f, 0.1f, 15, true);

  public Q2_K() {
    super("Q2_K", 10, GROUP, RANGE, SCALE_RANGE, SCALES, QUANTS, D, D_MIN);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    out.dMin = Bytes.f16(src, at + D_MIN.at());
    int scales = at + SCALES.at();
    for (int g = 0; g < GROUPS; g++) {
      out.scale()[g] = src[scales + g] & 0x0F;
      out.min()[g] = (src[scales + g] >> 4) & 0x0F;
    }
    int quants = at + QUANTS.at();
    byte[] q = out.q();
    for (int i = 0; i < 256; i++) {
      q[i] = (byte) Pairs256.of(src, quants, i);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q2_K::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, Q2_K::encode));
  }

  private static void encode(
      float[] src, int at, float[] importance, int from, byte[] dst, int to) {
    ScaleSearch.Affine search = ScaleSearch.Affine.weighted(GROUP, RANGE.most());
    float variance = Importances.squares(src, at, 256) / 256f;
    float[] scales = new float[GROUPS];
    float[] mins = new float[GROUPS];
    float[] sums = new float[GROUPS];
    float[] weights = new float[GROUP];
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      int group = g * GROUP;
      Importances.weigh(src, at + group, importance, from + group, variance, weights);
      sums[g] = Importances.sum(weights);
      scales[g] = search.search(src, at + group, weights, mins, g, q);
    }
    int[] scale = new int[GROUPS];
    int[] min = new int[GROUPS];
    Bytes.putF16(dst, to + D.at(), Importances.positive(15, scales, sums, scale));
    Bytes.putF16(dst, to + D_MIN.at(), Importances.positive(15, mins, sums, min));
    pack(src, at, scale, min, q, dst, to);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[GROUPS];
    float[] mins = new float[GROUPS];
    float[] weights = new float[GROUP];
    float maxScale = 0f;
    float maxMin = 0f;
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      for (int i = 0; i < GROUP; i++) {
        weights[i] = Math.abs(src[at + g * GROUP + i]);
      }
      scales[g] = SEARCH.search(src, at + g * GROUP, weights, mins, g, q);
      maxScale = Math.max(maxScale, scales[g]);
      maxMin = Math.max(maxMin, mins[g]);
    }
    Bytes.putF16(dst, to + D.at(), maxScale > 0f ? maxScale / 15f : 0f);
    Bytes.putF16(dst, to + D_MIN.at(), maxMin > 0f ? maxMin / 15f : 0f);
    int[] scale = new int[GROUPS];
    int[] min = new int[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      scale[g] = maxScale > 0f ? nearest(15f / maxScale * scales[g]) : 0;
      min[g] = maxMin > 0f ? nearest(15f / maxMin * mins[g]) : 0;
    }
    pack(src, at, scale, min, q, dst, to);
  }

  /** Rounds by the scales as they are stored. */
  private static void pack(
      float[] src, int at, int[] scale, int[] min, int[] q, byte[] dst, int to) {
    float d = Bytes.f16(dst, to + D.at());
    float dMin = Bytes.f16(dst, to + D_MIN.at());
    for (int g = 0; g < GROUPS; g++) {
      dst[to + SCALES.at() + g] = (byte) (scale[g] | min[g] << 4);
      Groups256.lowered(
          src, at + g * GROUP, q, g * GROUP, GROUP, d * scale[g], dMin * min[g], RANGE.most());
    }
    Pairs256.pack(q, 0, dst, to + QUANTS.at());
  }
}
