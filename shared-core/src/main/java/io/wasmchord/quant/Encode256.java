package io.wasmchord.quant;

import static io.wasmchord.quant.ScaleSearch.nearest;

import io.wasmchord.math.FloatMath;
import java.util.Arrays;

/** Quantizers of the 256-blocks; the layouts stand in {@link Unpack256}. */
final class Encode256 {
  private static final ScaleSearch.Affine TWO_BITS = new ScaleSearch.Affine(16, 3, -0.5f, 15, true);
  private static final ScaleSearch.Affine FOUR_BITS = new ScaleSearch.Affine(32, 15, -1f, 20, false);
  private static final ScaleSearch.Affine FIVE_BITS = new ScaleSearch.Affine(32, 31, -0.5f, 15, false);

  private Encode256() {}

  static void q2K(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[16];
    float[] mins = new float[16];
    float[] weights = new float[16];
    float maxScale = 0f;
    float maxMin = 0f;
    int[] q = new int[256];
    for (int g = 0; g < 16; g++) {
      for (int i = 0; i < 16; i++) {
        weights[i] = Math.abs(src[at + g * 16 + i]);
      }
      scales[g] = TWO_BITS.search(src, at + g * 16, weights, mins, g, q);
      maxScale = Math.max(maxScale, scales[g]);
      maxMin = Math.max(maxMin, mins[g]);
    }
    Bytes.putF16(dst, to + 80, maxScale > 0f ? maxScale / 15f : 0f);
    Bytes.putF16(dst, to + 82, maxMin > 0f ? maxMin / 15f : 0f);
    float d = Float16.toFloat(Bytes.u16(dst, to + 80));
    float dMin = Float16.toFloat(Bytes.u16(dst, to + 82));
    for (int g = 0; g < 16; g++) {
      int scale = maxScale > 0f ? nearest(15f / maxScale * scales[g]) : 0;
      int min = maxMin > 0f ? nearest(15f / maxMin * mins[g]) : 0;
      dst[to + g] = (byte) (scale | min << 4);
      quantize(src, at + g * 16, q, g * 16, 16, d * scale, dMin * min, 3);
    }
    putPairs(q, dst, to + 16);
  }

  /** Integers of {@code (x + minimum) / d} in 0..max; those of the search stay where d is 0. */
  private static void quantize(float[] src, int at, int[] q, int to, int n, float d, float minimum, int max) {
    for (int i = 0; d != 0f && i < n; i++) {
      q[to + i] = Math.clamp(nearest((src[at + i] + minimum) / d), 0, max);
    }
  }

  /** The low two bits of 256 values in 64 bytes. */
  private static void putPairs(int[] q, byte[] dst, int to) {
    for (int i = 0; i < 64; i++) {
      int from = (i >> 5) * 128 + (i & 31);
      dst[to + i] =
          (byte) ((q[from] & 3) | (q[from + 32] & 3) << 2 | (q[from + 64] & 3) << 4 | (q[from + 96] & 3) << 6);
    }
  }

  static void q3K(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[16];
    float max = 0f;
    int[] q = new int[256];
    for (int g = 0; g < 16; g++) {
      scales[g] = ScaleSearch.threeBits(src, at + g * 16, q, g * 16);
      max = Math.abs(scales[g]) > Math.abs(max) ? scales[g] : max;
    }
    float inverse = max != 0f ? -32f / max : 0f;
    Bytes.putF16(dst, to + 108, max != 0f ? 1f / inverse : 0f);
    float d = Float16.toFloat(Bytes.u16(dst, to + 108));
    Arrays.fill(dst, to + 96, to + 108, (byte) 0);
    for (int g = 0; g < 16; g++) {
      int scale = Math.clamp(nearest(inverse * scales[g]), -32, 31);
      if (max != 0f) {
        putThreeBitScale(dst, to + 96, g, scale + 32);
      }
      signed(src, at + g * 16, q, g * 16, d * scale, 4);
    }
    Arrays.fill(dst, to, to + 32, (byte) 0);
    for (int i = 0; i < 256; i++) {
      if (q[i] > 3) {
        dst[to + (i & 31)] |= (byte) (1 << (i >> 5));
      }
    }
    putPairs(q, dst, to + 32);
  }

  private static void putThreeBitScale(byte[] dst, int to, int g, int scale) {
    dst[to + (g & 7)] |= (byte) ((scale & 0x0F) << (g < 8 ? 0 : 4));
    dst[to + 8 + (g & 3)] |= (byte) ((scale >> 4) << (2 * (g >> 2)));
  }

  /** Integers of {@code x / d}, offset to start at 0; those of the search stay where d is 0. */
  private static void signed(float[] src, int at, int[] q, int to, float d, int half) {
    for (int i = 0; d != 0f && i < 16; i++) {
      q[to + i] = Math.clamp(nearest(src[at + i] / d), -half, half - 1) + half;
    }
  }

  static void q4K(float[] src, int at, byte[] dst, int to) {
    int[] q = sixBitScales(src, at, dst, to, FOUR_BITS);
    putNibbles(q, dst, to + 16);
  }

  static void q5K(float[] src, int at, byte[] dst, int to) {
    int[] q = sixBitScales(src, at, dst, to, FIVE_BITS);
    Arrays.fill(dst, to + 16, to + 48, (byte) 0);
    for (int i = 0; i < 256; i++) {
      dst[to + 16 + (i & 31)] |= (byte) ((q[i] >> 4) << (i >> 5));
    }
    putNibbles(q, dst, to + 48);
  }

  private static void putNibbles(int[] q, byte[] dst, int to) {
    for (int i = 0; i < 128; i++) {
      int from = (i >> 5) * 64 + (i & 31);
      dst[to + i] = (byte) ((q[from] & 0x0F) | (q[from + 32] & 0x0F) << 4);
    }
  }

  /** Stores d, dMin and the packed scales and minimums of eight groups; returns the integers. */
  private static int[] sixBitScales(float[] src, int at, byte[] dst, int to, ScaleSearch.Affine search) {
    float[] scales = new float[8];
    float[] mins = new float[8];
    float[] weights = new float[32];
    float maxScale = 0f;
    float maxMin = 0f;
    int[] q = new int[256];
    for (int g = 0; g < 8; g++) {
      float squares = 0f;
      for (int i = 0; i < 32; i++) {
        squares = squares + src[at + g * 32 + i] * src[at + g * 32 + i];
      }
      float average = FloatMath.sqrt(squares / 32f);
      for (int i = 0; i < 32; i++) {
        weights[i] = average + Math.abs(src[at + g * 32 + i]);
      }
      scales[g] = search.search(src, at + g * 32, weights, mins, g, q);
      maxScale = Math.max(maxScale, scales[g]);
      maxMin = Math.max(maxMin, mins[g]);
    }
    Bytes.putF16(dst, to, maxScale / 63f);
    Bytes.putF16(dst, to + 2, maxMin / 63f);
    float d = Float16.toFloat(Bytes.u16(dst, to));
    float dMin = Float16.toFloat(Bytes.u16(dst, to + 2));
    float inverseScale = maxScale > 0f ? 63f / maxScale : 0f;
    float inverseMin = maxMin > 0f ? 63f / maxMin : 0f;
    Arrays.fill(dst, to + 4, to + 16, (byte) 0);
    for (int g = 0; g < 8; g++) {
      int scale = Math.min(63, nearest(inverseScale * scales[g]));
      int min = Math.min(63, nearest(inverseMin * mins[g]));
      putSixBits(dst, to + 4, g, scale, min);
      quantize(src, at + g * 32, q, g * 32, 32, d * scale, dMin * min, search.steps());
    }
    return q;
  }

  private static void putSixBits(byte[] dst, int to, int g, int scale, int min) {
    if (g < 4) {
      dst[to + g] |= (byte) scale;
      dst[to + 4 + g] |= (byte) min;
    } else {
      dst[to + 4 + g] = (byte) ((scale & 0x0F) | (min & 0x0F) << 4);
      dst[to + g - 4] |= (byte) ((scale >> 4) << 6);
      dst[to + g] |= (byte) ((min >> 4) << 6);
    }
  }

  static void q6K(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[16];
    float max = 0f;
    int[] q = new int[256];
    for (int g = 0; g < 16; g++) {
      scales[g] = ScaleSearch.symmetric(src, at + g * 16, q, g * 16);
      max = Math.abs(scales[g]) > Math.abs(max) ? scales[g] : max;
    }
    if (Math.abs(max) < ScaleSearch.EPSILON) {
      Arrays.fill(dst, to, to + 210, (byte) 0);
      return;
    }
    float inverse = -128f / max;
    Bytes.putF16(dst, to + 208, 1f / inverse);
    float d = Float16.toFloat(Bytes.u16(dst, to + 208));
    for (int g = 0; g < 16; g++) {
      int scale = Math.min(127, nearest(inverse * scales[g]));
      dst[to + 192 + g] = (byte) scale;
      signed(src, at + g * 16, q, g * 16, d * scale, 32);
    }
    for (int i = 0; i < 128; i++) {
      int from = (i >> 6) * 128 + (i & 63);
      dst[to + i] = (byte) ((q[from] & 0x0F) | (q[from + 64] & 0x0F) << 4);
    }
    for (int i = 0; i < 256; i++) {
      q[i] >>= 4;
    }
    putPairs(q, dst, to + 128);
  }

  static void q8K(float[] src, int at, byte[] dst, int to) {
    short[] sums = new short[16];
    Bytes.putF32(dst, to, Q8K.quantizeBlock(src, at, dst, to + 4, sums, 0));
    for (int g = 0; g < 16; g++) {
      Bytes.putU16(dst, to + 260 + 2 * g, sums[g]);
    }
  }
}
