package io.wasmchord.quant.format;

import static io.wasmchord.quant.format.ScaleSearch.nearest;

import io.wasmchord.math.FloatMath;
import java.util.Arrays;

/**
 * What Q4_K and Q5_K share: two binary16 and then, in twelve bytes, a 6-bit scale and a 6-bit
 * minimum for each of eight groups of 32 values; and the nibbles.
 */
final class SixBitScales {
  static final int GROUP = 32;
  static final Range RANGE = Range.unsigned(6); // of scales and minimums

  private static final int GROUPS = 8;

  private SixBitScales() {}

  static void unpack(byte[] src, int at, UnpackedBlock out) {
    out.d = Bytes.f16(src, at);
    out.dMin = Bytes.f16(src, at + 2);
    int[] scale = out.scale();
    int[] min = out.min();
    int p = at + 4;
    for (int g = 0; g < 4; g++) {
      scale[g] = src[p + g] & 63;
      min[g] = src[p + 4 + g] & 63;
      scale[g + 4] = (src[p + 8 + g] & 0x0F) | ((src[p + g] & 0xC0) >> 2);
      min[g + 4] = ((src[p + 8 + g] >> 4) & 0x0F) | ((src[p + 4 + g] & 0xC0) >> 2);
    }
  }

  /** Byte 32 h + i holds values 64 h + i (low) and 64 h + 32 + i (high). */
  static void unpackNibbles(byte[] src, int at, byte[] q) {
    for (int i = 0; i < 256; i++) {
      int packed = src[at + (i >> 6) * 32 + (i & 31)];
      q[i] = (byte) ((packed >> ((i >> 3) & 4)) & 0x0F);
    }
  }

  static void packNibbles(int[] q, byte[] dst, int to) {
    for (int i = 0; i < 128; i++) {
      int from = (i >> 5) * 64 + (i & 31);
      dst[to + i] = (byte) ((q[from] & 0x0F) | (q[from + 32] & 0x0F) << 4);
    }
  }

  /** Stores d, dMin and the packed scales and minimums; returns the integers. */
  static int[] encode(float[] src, int at, byte[] dst, int to, ScaleSearch.Affine search) {
    float[] scales = new float[GROUPS];
    float[] mins = new float[GROUPS];
    float[] weights = new float[GROUP];
    float maxScale = 0f;
    float maxMin = 0f;
    int[] q = new int[256];
    for (int g = 0; g < GROUPS; g++) {
      weigh(src, at + g * GROUP, weights);
      scales[g] = search.search(src, at + g * GROUP, weights, mins, g, q);
      maxScale = Math.max(maxScale, scales[g]);
      maxMin = Math.max(maxMin, mins[g]);
    }
    Bytes.putF16(dst, to, maxScale / 63f);
    Bytes.putF16(dst, to + 2, maxMin / 63f);
    float inverseScale = maxScale > 0f ? 63f / maxScale : 0f;
    float inverseMin = maxMin > 0f ? 63f / maxMin : 0f;
    int[] scale = new int[GROUPS];
    int[] min = new int[GROUPS];
    for (int g = 0; g < GROUPS; g++) {
      scale[g] = Math.min(63, nearest(inverseScale * scales[g]));
      min[g] = Math.min(63, nearest(inverseMin * mins[g]));
    }
    round(src, at, scale, min, q, search.steps(), dst, to);
    return q;
  }

  /** The same by importances. */
  static int[] encode(
      float[] src, int at, float[] importance, int from, byte[] dst, int to, int most) {
    ScaleSearch.Affine search = ScaleSearch.Affine.weighted(GROUP, most);
    float variance = 2f * Importances.squares(src, at, 256) / 256f;
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
    Bytes.putF16(dst, to, Importances.positive(63, scales, sums, scale));
    Bytes.putF16(dst, to + 2, Importances.positive(63, mins, sums, min));
    round(src, at, scale, min, q, most, dst, to);
    return q;
  }

  /** Stores scales and minimums, and rounds by them as they are stored. */
  private static void round(
      float[] src, int at, int[] scale, int[] min, int[] q, int most, byte[] dst, int to) {
    float d = Bytes.f16(dst, to);
    float dMin = Bytes.f16(dst, to + 2);
    Arrays.fill(dst, to + 4, to + 16, (byte) 0);
    for (int g = 0; g < GROUPS; g++) {
      put(dst, to + 4, g, scale[g], min[g]);
      Groups256.lowered(
          src, at + g * GROUP, q, g * GROUP, GROUP, d * scale[g], dMin * min[g], most);
    }
  }

  private static void weigh(float[] src, int at, float[] weights) {
    float squares = 0f;
    for (int i = 0; i < GROUP; i++) {
      squares = squares + src[at + i] * src[at + i];
    }
    float average = FloatMath.sqrt(squares / 32f);
    for (int i = 0; i < GROUP; i++) {
      weights[i] = average + Math.abs(src[at + i]);
    }
  }

  private static void put(byte[] dst, int to, int g, int scale, int min) {
    if (g < 4) {
      dst[to + g] |= (byte) scale;
      dst[to + 4 + g] |= (byte) min;
    } else {
      dst[to + 4 + g] = (byte) ((scale & 0x0F) | (min & 0x0F) << 4);
      dst[to + g - 4] |= (byte) ((scale >> 4) << 6);
      dst[to + g] |= (byte) ((min >> 4) << 6);
    }
  }
}
