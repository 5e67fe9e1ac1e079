package io.wasmchord.quant;

/**
 * One block of a quantized weight as integers. A value is {@code d * scale[g] * q - dMin * min[g]} in the 256-blocks, where g is its
 * group of {@link #group} values, and {@code d * q + dMin} in the 32-blocks, which have one group and no scales.
 */
public final class UnpackedBlock {
  private final byte[] q = new byte[256];
  private final int[] scale = new int[16];
  private final int[] min = new int[16];
  int group;
  float d;
  float dMin;

  /** The values' integers; the first {@code blockElements} count. */
  public byte[] q() {
    return q;
  }

  /** One integer scale a group. */
  public int[] scale() {
    return scale;
  }

  /** One integer minimum a group. */
  public int[] min() {
    return min;
  }

  /** Values in a group. */
  public int group() {
    return group;
  }

  /** The float scale. */
  public float d() {
    return d;
  }

  /** The scale of the minimums, or the offset of a 32-block. */
  public float dMin() {
    return dMin;
  }
}
