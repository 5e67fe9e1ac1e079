package io.wasmchord.conformance;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Products of batches with biases after them, as encoders have, which backends may do in one. */
final class BatchCases {
  private final List<ConformanceCase> cases = new ArrayList<>();

  private BatchCases() {
    for (TensorType type :
        List.of(
            TensorType.F32,
            TensorType.F16,
            TensorType.BF16,
            TensorType.Q8_0,
            TensorType.IQ4_NL,
            TensorType.Q4_K)) {
      int unit = Math.max(type.blockElements(), 32);
      for (int tokens : new int[] {1, 2, 3, 7, 22}) {
        product(type, 37, 9 * unit, tokens);
      }
      product(type, 64, unit, 6);
      beside(type, 33, 2 * unit);
    }
  }

  static List<ConformanceCase> all() {
    return new BatchCases().cases;
  }

  private static Tensor weight(Rig rig, Inputs in, TensorType type, int rows, int cols) {
    return rig.weight(type, rows, cols, in.weight(type, rows, cols));
  }

  /** A product and its bias, another of the same activations, and the sum of both. */
  private void product(TensorType type, int rows, int cols, int tokens) {
    String name = "matmul with bias " + type + " [" + rows + ", " + cols + "] x " + tokens;
    cases.add(
        new ConformanceCase(
            name,
            type,
            rig -> {
              Inputs in = new Inputs(name);
              Tensor x = rig.activation(tokens, cols, in.awkward(tokens * cols));
              Tensor other = rig.activation(tokens, rows, new float[tokens * rows]);
              Guarded out = rig.guarded(tokens, rows);
              Commands commands =
                  rig.backend()
                      .record()
                      .matmul(x, weight(rig, in, type, rows, cols), out.inner())
                      .addBias(out.inner(), rig.vector(in.floats(rows, 3f)))
                      .matmul(x, weight(rig, in, type, rows, cols), other)
                      .addBias(other, rig.vector(in.floats(rows, 3f)))
                      .add(out.inner(), other);
              return out.after(commands);
            }));
  }

  /** A bias that another product of the same activation gives. */
  private void beside(TensorType type, int rows, int cols) {
    String name = "matmul beside its bias " + type + " [" + rows + ", " + cols + "]";
    cases.add(
        new ConformanceCase(
            name,
            type,
            rig -> {
              Inputs in = new Inputs(name);
              Tensor x = rig.activation(1, cols, in.floats(cols, 1f));
              Tensor first = weight(rig, in, type, rows, cols);
              Tensor second = weight(rig, in, type, rows, cols);
              Tensor bias = rig.activation(1, rows, new float[rows]);
              Guarded out = rig.guarded(1, rows);
              Commands commands = rig.backend().record();
              for (int i = 0; i < 2; i++) { // when the weights are repacked, products may be beside
                commands.matmul(x, first, bias).matmul(x, second, out.inner());
                commands.addBias(out.inner(), bias);
              }
              return out.after(commands);
            }));
  }
}
