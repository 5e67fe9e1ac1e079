package io.wasmchord.model.transformer;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.OutsideWeights;
import java.util.Arrays;

/** Takes pooled vectors through the layers that follow pooling. */
final class Projector {
  private final OutsideWeights.Dense dense;
  private final Section section;
  private final Tensor wide; // [1, width]

  Projector(OutsideWeights.Dense dense, Section section, Tensor wide) {
    this.dense = dense;
    this.section = section;
    this.wide = wide;
  }

  /** Both layers of every row of {@code rows}, [n, hidden]; the result has the same shape. */
  float[] of(float[] rows) {
    ActivationBuffers all = section.scratch();
    int most = all.x().rows() * all.x().cols();
    float[] result = new float[rows.length];
    for (int at = 0; at < rows.length; at += most) {
      float[] batch = Arrays.copyOfRange(rows, at, Math.min(rows.length, at + most));
      ActivationBuffers s = all.first(batch.length / all.x().cols());
      section.write(s.x(), batch);
      Commands c = section.backend().record();
      for (int row = 0; row < s.x().rows(); row++) {
        c.matmul(s.x().rows(row, 1), dense.wide(), wide);
        c.matmul(wide, dense.back(), s.normed().rows(row, 1));
      }
      c.readBack(s.normed(), result, at);
      section.backend().submit(c).await();
    }
    return result;
  }
}
