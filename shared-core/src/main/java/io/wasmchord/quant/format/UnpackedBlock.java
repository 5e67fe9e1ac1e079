package io.wasmchord.quant.format;

/**
 * One block of a quantized weight as integers; scratch, for one thread. What the numbers mean, the
 * five kinds of {@link IntegerFormat} say.
 */
public final class UnpackedBlock {
  private final byte[] q = new byte[256];
  private final int[] scale = new int[16];
  private final int[] min = new int[16];
  private final float[] parts = new float[4];
  float d;
  float dMin; // the scale of the minimums, or the offset

  /** The float scale; {@link PartedFormat} has one for each part. */
  public float d() {
    return d;
  }

  /** The float scale of the minimums, or the offset. */
  public float dMin() {
    return dMin;
  }

  /** The float scale of a part of a {@link PartedFormat}'s block. */
  public float d(int part) {
    return parts[part];
  }

  void putD(int part, float scale) {
    parts[part] = scale;
  }

  /** The values' integers; the first {@link BlockFormat#values()} count. */
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
}
