package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.ClassifierWeights;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import java.util.Arrays;

/** Takes pooled states through the head of a classifier, one after the other. */
final class ClassifierHead {
  private final ClassifierWeights weights;
  private final Section section;
  private final Tensor outputs; // [1, outputs]
  private final float epsilon;

  ClassifierHead(ClassifierWeights weights, Section section, Tensor outputs, float epsilon) {
    this.weights = weights;
    this.section = section;
    this.outputs = outputs;
    this.epsilon = epsilon;
  }

  /** The outputs of every row of {@code rows}, [n, hidden]. */
  float[] of(float[] rows) {
    ActivationBuffers s = section.scratch().first(1);
    int hidden = s.x().cols();
    float[] result = new float[rows.length / hidden * outputs.cols()];
    for (int row = 0; row * hidden < rows.length; row++) {
      section.write(s.x(), Arrays.copyOfRange(rows, row * hidden, (row + 1) * hidden));
      Commands c = section.backend().record();
      record(c, s);
      c.readBack(outputs, result, row * outputs.cols());
      section.backend().submit(c).await();
    }
    return result;
  }

  private void record(Commands c, ActivationBuffers s) {
    Projection dense = weights.dense();
    Projection output = weights.output();
    Tensor in = s.x();
    if (dense != null) {
      Tensor inner = output == null ? outputs : s.normed();
      BlockRecorder.project(c, in, dense, inner);
      if (weights.gelu()) {
        c.activate(inner, Activation.GELU_ERF);
      } else {
        c.softCap(inner, 1f); // the hyperbolic tangent itself
      }
      if (weights.norm() != null) {
        c.layerNorm(inner, weights.norm(), epsilon, inner);
      }
      in = inner;
    }
    if (output != null) {
      BlockRecorder.project(c, in, output, outputs);
    }
  }
}
