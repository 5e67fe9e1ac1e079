package io.wasmchord.quant.format;

/**
 * One block of a quantized weight as integers; scratch, for one thread. What the numbers mean, the
 * four kinds of {@link IntegerFormat} say.
 */
public final class UnpackedBlock {
  private final byte[] q = new byte[256];
  private final int[] scale = new int[16];
  private final int[] min = new int[16];
  float d;
  float dMin; // the scale of the minimums, or the offset

  /** The values' integers; the first {@link BlockFormat#values()} count. */
  public byte[] q() {
    return q;
  }

  /** One integer scale a group. */
  public int[] scale() {
    return scale;
  }

  /** The block's float scale. */
  public float d() {
    return d;
  }

  /** One integer minimum a group. */
  int[] min() {
    return min;
  }
}
