package io.wasmchord.quant.format;

import static io.wasmchord.quant.format.ScaleSearch.nearest;

import java.util.Arrays;
import java.util.Optional;

/**
 * <pre>
 *   | byte | field |
 *   | 0 | 32 bytes: the third bits, bit j of byte i is value 32 j + i |
 *   | 32 | 64 bytes: low 2 bits, as in Q2_K; value = d * (scale - 32) * (q - 4) |
 *   | 96 | 12 bytes: 16 scales of 6 bits: 8 bytes of low nibbles, 4 of high pairs |
 *   | 108 | f16 d |
 * </pre>
 */
public final class Q3_K extends ScaledFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final Range RANGE = Range.unsigned(3).less(4);
  private static final Range SCALE_RANGE = Range.unsigned(6).less(32);
  private static final Field THIRDS = Field.integers("third bits", 0, 1, 256);
  private static final Field LOW = Field.integers("low pairs", 32, 2, 256);
  private static final Field SCALES = Field.integers("scales", 96, 6, 16);
  private static final Field D = Field.f16("d", 108);

  public Q3_K() {
    super("Q3_K", 11, GROUP, RANGE, SCALE_RANGE, THIRDS, LOW, SCALES, D);
  }

  @Override
  public void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at + D.at());
    int scales = at + SCALES.at();
    for (int g = 0; g < GROUPS; g++) {
      int low = (g < 8 ? src[scales + g] : src[scales + g - 8] >> 4) & 0x0F;
      int high = (src[scales + 8 + (g & 3)] >> ((g >> 2) * 2)) & 3;
      out.scale()[g] = (low | high << 4) - SCALE_RANGE.bias();
    }
    int thirds = at + THIRDS.at();
    int quants = at + LOW.at();
    int bias = RANGE.bias();
    byte[] q = out.q();
    for (int i = 0; i < 256; i++) {
      int high = (src[thirds + (i & 31)] >> (i >> 5)) & 1;
      q[i] = (byte) ((Pairs256.of(src, quants, i) | high << 2) - bias);
    }
  }

  @Override
  public Optional<BlockEncoder> encoder() {
    return Optional.of(Q3_K::encode);
  }

  @Override
  public Optional<WeightedEncoder> weightedEncoder() {
    return Optional.of(WeightedEncoder.of(this, Q3_K::encode));
  }

  private static void encode(
      float[] src, int at, float[] importance, int from, byte[] dst, int to) {
    ScaleSearch.Symmetric search = new ScaleSearch.Symmetric(GROUP, RANGE.bias());
    float variance = 2f * Importances.squares(src, at, 256) / 256f;
    float[] scales = new float[GROUPS];
    float[] sums = new float[GROUPS];
    float[] weights = new float[GROUP];
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      int group = g * GROUP;
      Importances.weigh(src, at + group, importance, from + group, variance, weights);
      sums[g] = Importances.sum(weights);
      scales[g] = search.search(src, at + group, weights, 0, q, group);
    }
    int[] stored = new int[GROUPS];
    ScaleSearch.Symmetric outer = new ScaleSearch.Symmetric(GROUPS, SCALE_RANGE.bias());
    Bytes.putF16(dst, to + D.at(), outer.search(scales, 0, sums, 0, stored, 0));
    pack(src, at, stored, q, dst, to);
  }

  private static void encode(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[GROUPS];
    float max = 0f;
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      scales[g] = ScaleSearch.threeBits(src, at + g * GROUP, q, g * GROUP);
      max = Math.abs(scales[g]) > Math.abs(max) ? scales[g] : max;
    }
    float inverse = max != 0f ? -32f / max : 0f;
    Bytes.putF16(dst, to + D.at(), max != 0f ? 1f / inverse : 0f);
    int[] stored = new int[GROUPS];
    for (int g = 0; max != 0f && g < GROUPS; g++) {
      int scale = Math.clamp(nearest(inverse * scales[g]), SCALE_RANGE.least(), SCALE_RANGE.most());
      stored[g] = scale + SCALE_RANGE.bias();
    }
    pack(src, at, stored, q, dst, to);
  }

  /** Rounds by the scales as they are stored. */
  private static void pack(float[] src, int at, int[] stored, int[] q, byte[] dst, int to) {
    float d = Bytes.f16(dst, to + D.at());
    Arrays.fill(dst, to + SCALES.at(), to + SCALES.at() + SCALES.bytes(), (byte) 0);
    for (int g = 0; g < GROUPS; g++) {
      putScale(dst, to + SCALES.at(), g, stored[g]);
      float scale = d * (stored[g] - SCALE_RANGE.bias());
      Groups256.biased(src, at + g * GROUP, q, g * GROUP, GROUP, scale, RANGE.bias());
    }
    Arrays.fill(dst, to + THIRDS.at(), to + THIRDS.at() + THIRDS.bytes(), (byte) 0);
    for (int i = 0; i < 256; i++) {
      if (q[i] > 3) {
        dst[to + THIRDS.at() + (i & 31)] |= (byte) (1 << (i >> 5));
      }
    }
    Pairs256.pack(q, 0, dst, to + LOW.at());
  }

  private static void putScale(byte[] dst, int to, int g, int scale) {
    dst[to + (g & 7)] |= (byte) ((scale & 0x0F) << (g < 8 ? 0 : 4));
    dst[to + 8 + (g & 3)] |= (byte) ((scale >> 4) << (2 * (g >> 2)));
  }
}
