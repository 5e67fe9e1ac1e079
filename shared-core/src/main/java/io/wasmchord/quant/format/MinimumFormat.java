package io.wasmchord.quant.format;

/**
 * Blocks with float scales of scales and of minimums, and an integer scale and minimum for each
 * group: a value is {@code (d * scale[g]) * q - dMin * min[g]}, a block's term {@code da * (d * S -
 * dMin * M)} with S as in {@link ScaledFormat} and M the sum over groups of {@code min[g] *
 * sum(a)}.
 */
public abstract sealed class MinimumFormat extends IntegerFormat permits Q2_K, Q4_K, Q5_K {
  private static final int VALUES = Partner.Q8_K.blockValues();
  private static final int SUMMED = Partner.Q8_K.summed();

  private final Range scales;

  /**
   * @param scales also of the minimums
   */
  MinimumFormat(String name, int id, int group, Range quants, Range scales, Field... fields) {
    super(name, id, Partner.Q8_K, VALUES, group, quants, fields);
    this.scales = scales;
  }

  /** The integer scales, and the minimums. */
  public final Range scales() {
    return scales;
  }

  @Override
  public final boolean lowered() {
    return true;
  }

  @Override
  public final float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block) {
    float da = x.scales()[row * (x.cols() / VALUES) + block];
    int at = row * x.cols() + block * VALUES;
    float values = w.d * (float) scaledSum(w, x, at, VALUES, group());
    return acc + da * (values - w.dMin * (float) minimumSum(w, x, at / SUMMED, group() / SUMMED));
  }

  private static int minimumSum(UnpackedBlock w, ActivationRows x, int at, int sumsOfGroup) {
    int sum = 0;
    for (int i = 0; i < VALUES / SUMMED; i++) {
      sum += w.min()[i / sumsOfGroup] * x.sums()[at + i];
    }
    return sum;
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    int group = group();
    for (int i = 0; i < VALUES; i++) {
      int g = i / group;
      dst[to + i] = (w.d * w.scale()[g]) * w.q()[i] - w.dMin * w.min()[g];
    }
  }
}
