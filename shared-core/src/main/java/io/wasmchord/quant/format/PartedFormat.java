package io.wasmchord.quant.format;

/**
 * Blocks that are longer than those of the activations, or have more than one float scale. They
 * fall into parts, and a part is what a block of a {@link PlainFormat} is: with the part's {@code
 * d} a value is {@code d * q}, and its term {@code (d * da) * sum(q * a)}. Each part's term is
 * added on its own.
 */
public abstract sealed class PartedFormat extends IntegerFormat permits NVFP4, Q1_0, Q2_0 {
  private static final int SHARED = Partner.Q8_0.blockValues();

  private final int part;

  /**
   * @param values in a block
   * @param part values in a part: 32 or a divisor of 32
   */
  PartedFormat(String name, int id, int values, int part, Range quants, Field... fields) {
    super(name, id, Partner.Q8_0, values, values, quants, fields);
    this.part = part;
  }

  /** Values in a part. */
  public final int part() {
    return part;
  }

  @Override
  public final boolean lowered() {
    return false;
  }

  @Override
  public final float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block) {
    float sum = acc;
    for (int from = 0; from < values(); from += part) {
      int at = row * x.cols() + block * values() + from;
      float scale = w.d(from / part) * x.scales()[at / SHARED];
      sum = sum + scale * (float) dot(w.q(), from, x.q(), at, part);
    }
    return sum;
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    for (int i = 0; i < values(); i++) {
      dst[to + i] = w.d(i / part) * w.q()[i];
    }
  }
}
