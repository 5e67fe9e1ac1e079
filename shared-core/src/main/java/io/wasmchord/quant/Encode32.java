package io.wasmchord.quant;

/** Quantizers of the 32-blocks; the layouts stand in {@link Unpack32}. */
final class Encode32 {
  private Encode32() {}

  static void q4_0(float[] src, int at, byte[] dst, int to) {
    float d = largest(src, at) / -8f;
    float inverse = d != 0f ? 1f / d : 0f;
    Bytes.putF16(dst, to, d);
    for (int i = 0; i < 16; i++) {
      int low = Math.min(15, (byte) (int) (src[at + i] * inverse + 8.5f));
      int high = Math.min(15, (byte) (int) (src[at + 16 + i] * inverse + 8.5f));
      dst[to + 2 + i] = (byte) (low | high << 4);
    }
  }

  static void q5_0(float[] src, int at, byte[] dst, int to) {
    float d = largest(src, at) / -16f;
    float inverse = d != 0f ? 1f / d : 0f;
    Bytes.putF16(dst, to, d);
    int[] q = new int[32];
    for (int i = 0; i < 32; i++) {
      q[i] = Math.min(31, (byte) (int) (src[at + i] * inverse + 16.5f));
    }
    putFiveBits(q, dst, to + 2, to + 6);
  }

  /** The value of largest magnitude, with its sign; the first of equals. */
  private static float largest(float[] src, int at) {
    float magnitude = 0f;
    float max = 0f;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(src[at + i]) > magnitude) {
        magnitude = Math.abs(src[at + i]);
        max = src[at + i];
      }
    }
    return max;
  }

  static void q4_1(float[] src, int at, byte[] dst, int to) {
    int[] q = affine(src, at, dst, to, 15);
    for (int i = 0; i < 16; i++) {
      dst[to + 4 + i] = (byte) (Math.min(15, q[i]) | Math.min(15, q[i + 16]) << 4);
    }
  }

  static void q5_1(float[] src, int at, byte[] dst, int to) {
    putFiveBits(affine(src, at, dst, to, 31), dst, to + 4, to + 8);
  }

  /** Stores d and m and returns the integers of 0..steps. */
  private static int[] affine(float[] src, int at, byte[] dst, int to, int steps) {
    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    for (int i = 0; i < 32; i++) {
      min = Math.min(min, src[at + i]);
      max = Math.max(max, src[at + i]);
    }
    float d = (max - min) / steps;
    float inverse = d != 0f ? 1f / d : 0f;
    Bytes.putF16(dst, to, d);
    Bytes.putF16(dst, to + 2, min);
    int[] q = new int[32];
    for (int i = 0; i < 32; i++) {
      q[i] = (byte) (int) ((src[at + i] - min) * inverse + 0.5f);
    }
    return q;
  }

  private static void putFiveBits(int[] q, byte[] dst, int high, int low) {
    int bits = 0;
    for (int i = 0; i < 16; i++) {
      dst[low + i] = (byte) ((q[i] & 0x0F) | (q[i + 16] & 0x0F) << 4);
      bits |= ((q[i] >> 4) & 1) << i | ((q[i + 16] >> 4) & 1) << (i + 16);
    }
    Bytes.putU16(dst, high, bits);
    Bytes.putU16(dst, high + 2, bits >>> 16);
  }

  static void q8_0(float[] src, int at, byte[] dst, int to) {
    Bytes.putF16(dst, to, Q8_0.quantizeBlock(src, at, dst, to + 2));
  }

  static void q8_1(float[] src, int at, byte[] dst, int to) {
    float[] scales = new float[2];
    Q8_1.quantizeBlock(src, at, dst, to + 4, scales, 0);
    Bytes.putF16(dst, to, scales[0]);
    Bytes.putF16(dst, to + 2, scales[1]);
  }
}
