package io.wasmchord.quant.format;

/**
 * Blocks with one float scale: a value is {@code d * q}, a block's term {@code (d * da) * sum(q *
 * a)}.
 */
public abstract sealed class PlainFormat extends IntegerFormat
    permits Q4_0, Q5_0, Q8_0, IQ4_NL, MXFP4 {
  PlainFormat(String name, int id, Range quants, Field... fields) {
    super(name, id, Partner.Q8_0, Partner.Q8_0.blockValues(), quants, fields);
  }

  @Override
  public final boolean lowered() {
    return false;
  }

  @Override
  public final float term(UnpackedBlock w, ActivationRows x, int row, int block) {
    int n = values();
    float da = x.scales()[row * (x.cols() / n) + block];
    return (w.d * da) * (float) dot(w.q(), 0, x.q(), row * x.cols() + block * n, n);
  }

  @Override
  final void values(UnpackedBlock w, float[] dst, int to) {
    for (int i = 0; i < values(); i++) {
      dst[to + i] = w.d * w.q()[i];
    }
  }
}
