package io.wasmchord.conformance;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Products of every head's rows with its own matrix. */
final class HeadMatMulCases {
  private final List<ConformanceCase> cases = new ArrayList<>();

  private HeadMatMulCases() {
    for (int n : new int[] {1, 2, 4, 7}) {
      add(TensorType.F32, 3, n, 12, 20);
      add(TensorType.F16, 1, n, 64, 16);
      add(TensorType.Q8_0, 5, n, 64, 37);
      add(TensorType.Q4_K, 4, n, 512, 96);
    }
    add(TensorType.Q8_0, 16, 3, 128, 512);
    add(TensorType.F32, 40, 1, 8, 2);
  }

  static List<ConformanceCase> all() {
    return new HeadMatMulCases().cases;
  }

  private void add(TensorType type, int heads, int n, int in, int out) {
    String shape = heads + " heads of [" + out + ", " + in + "] x " + n;
    add("headMatmul " + type + ", " + shape, type, heads, n, in, out, false);
    add("headMatmul between products, " + type + ", " + shape, type, heads, n, in, out, true);
  }

  /**
   * @param between whether other products of as many rows come before and after, and the weights
   *     are used twice
   */
  private void add(
      String name, TensorType type, int heads, int n, int in, int out, boolean between) {
    cases.add(
        new ConformanceCase(
            name,
            type,
            rig -> {
              Inputs inputs = new Inputs(name);
              List<Tensor> weights = new ArrayList<>();
              for (int head = 0; head < heads; head++) {
                weights.add(rig.weight(type, out, in, inputs.weight(type, out, in)));
              }
              Tensor x = rig.activation(heads * n, in, inputs.floats(heads * n * in, 1f));
              Guarded result = rig.guarded(heads * n, out);
              Commands commands = rig.backend().record();
              if (!between) {
                return result.after(commands.headMatmul(x, weights, result.inner()));
              }
              Tensor square = rig.weight(type, in, in, inputs.weight(type, in, in));
              Tensor y = rig.activation(heads * n, in, new float[heads * n * in]);
              Tensor other = rig.activation(heads * n, out, new float[heads * n * out]);
              commands
                  .headMatmul(x, weights, other)
                  .matmul(x, square, y)
                  .headMatmul(y, weights, result.inner())
                  .matmul(y, square, x)
                  .add(result.inner(), other);
              return result.after(commands);
            }));
  }
}
