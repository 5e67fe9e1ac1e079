package io.wasmchord.quant.format;

/**
 * Blocks with a float scale, and an integer scale for each group: a value is {@code (d * scale[g])
 * * q}, a block's term {@code da * (d * S)} with S the sum over groups of {@code scale[g] * sum(q *
 * a)}.
 */
public abstract sealed class ScaledFormat extends IntegerFormat
    permits Q3_K, Q6_K, IQ2_XXS, IQ2_XS, IQ3_XXS, IQ1_S, IQ3_S, IQ2_S, IQ4_XS, IQ1_M, TQ1_0, TQ2_0 {
  private static final int VALUES = Partner.Q8_K.blockValues();

  private final Range scales;

  ScaledFormat(String name, int id, int group, Range quants, Range scales, Field... fields) {
    super(name, id, Partner.Q8_K, VALUES, group, quants, fields);
    this.scales = scales;
  }

  /** The integer scales. */
  public final Range scales() {
    return scales;
  }

  @Override
  public final boolean lowered() {
    return false;
  }

  @Override
  public final float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block) {
    float da = x.scales()[row * (x.cols() / VALUES) + block];
    return acc
        + da * (w.d * (float) scaledSum(w, x, row * x.cols() + block * VALUES, VALUES, group()));
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    int group = group();
    for (int i = 0; i < VALUES; i++) {
      dst[to + i] = (w.d * w.scale()[i / group]) * w.q()[i];
    }
  }
}
