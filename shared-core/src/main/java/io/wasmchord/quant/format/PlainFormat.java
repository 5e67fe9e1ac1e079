package io.wasmchord.quant.format;

/**
 * Blocks with one float scale: a value is {@code d * q}, a block's term {@code (d * da) * sum(q *
 * a)}.
 */
public abstract sealed class PlainFormat extends IntegerFormat
    permits Q4_0, Q5_0, Q8_0, IQ4_NL, MXFP4 {
  private static final int VALUES = Partner.Q8_0.blockValues();

  PlainFormat(String name, int id, Range quants, Field... fields) {
    super(name, id, Partner.Q8_0, VALUES, VALUES, quants, fields);
  }

  @Override
  public final boolean lowered() {
    return false;
  }

  @Override
  public final float plus(float acc, UnpackedBlock w, ActivationRows x, int row, int block) {
    float da = x.scales()[row * (x.cols() / VALUES) + block];
    int at = row * x.cols() + block * VALUES;
    return acc + (w.d * da) * (float) dot(w.q(), 0, x.q(), at, VALUES);
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    for (int i = 0; i < VALUES; i++) {
      dst[to + i] = w.d * w.q()[i];
    }
  }
}
