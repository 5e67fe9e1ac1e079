package io.wasmchord.quant.format;

import java.util.Arrays;

/**
 * What TQ1_0 and TQ2_0 share: one scale for 256 values. For the product they count as groups of 32
 * whose integer scale is 1, so that they need no kernels of their own.
 */
final class Ternary {
  static final int GROUP = 32;
  static final Range RANGE = new Range(-1, 1, 0);
  static final Range SCALE_RANGE = new Range(1, 1, 0);

  private Ternary() {}

  static void unscaled(UnpackedBlock out) {
    Arrays.fill(out.scale(), 1);
  }

  /** Stores the largest magnitude as scale at {@code dst[to]}; the integers plus 1. */
  static int[] encode(float[] src, int at, byte[] dst, int to) {
    float max = 0f;
    for (int i = 0; i < 256; i++) {
      float magnitude = Math.abs(src[at + i]);
      max = max > magnitude ? max : magnitude;
    }
    Bytes.putF16(dst, to, max);
    float inverse = max != 0f ? 1f / max : 0f;
    int[] q = new int[256];
    for (int i = 0; i < 256; i++) {
      float scaled = src[at + i] * inverse;
      q[i] = 1 + (Math.abs(scaled) <= 1.5f ? Q8_0.roundAwayFromZero(scaled) : 0);
    }
    return q;
  }
}
