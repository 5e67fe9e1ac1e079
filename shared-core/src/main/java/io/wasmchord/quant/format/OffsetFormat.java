package io.wasmchord.quant.format;

/**
 * Blocks with a float scale and a float offset: a value is {@code d * q + m}, a block's term {@code
 * (d * da) * sum(q * a) + m * s} with the activations' {@code s = da * sum(a)}.
 */
public abstract sealed class OffsetFormat extends IntegerFormat permits Q4_1, Q5_1 {
  private static final int VALUES = Partner.Q8_1.blockValues();

  OffsetFormat(String name, int id, Range quants, Field... fields) {
    super(name, id, Partner.Q8_1, VALUES, VALUES, quants, fields);
  }

  @Override
  public final boolean lowered() {
    return true;
  }

  @Override
  public final float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block) {
    int scale = 2 * (row * (x.cols() / VALUES) + block);
    float da = x.scales()[scale];
    int sum = dot(w.q(), 0, x.q(), row * x.cols() + block * VALUES, VALUES);
    return acc + ((w.d * da) * (float) sum + w.dMin * x.scales()[scale + 1]);
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    for (int i = 0; i < VALUES; i++) {
      dst[to + i] = w.q()[i] * w.d + w.dMin;
    }
  }
}
