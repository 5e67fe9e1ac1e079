package io.wasmchord.conformance;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertRooms;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Layer norm, ungated activations, and mixtures of experts with the commands they are made of. */
final class MixtureCases {
  private final List<ConformanceCase> cases = new ArrayList<>();

  private MixtureCases() {
    for (int[] shape :
        new int[][] {
          {1, 1, 1}, {2, 5, 5}, {3, 64, 64}, {2, 100, 100}, {3, 96, 32}, {1, 2048, 2048}
        }) {
      layerNorm(shape[0], shape[1], shape[2]);
    }
    for (int[] shape : new int[][] {{3, 96, 4, 24}, {2, 60, 2, 10}, {5, 20, 4, 5}}) {
      normsByRow(shape[0], shape[1], shape[2], shape[3]);
    }
    for (int cols : new int[] {1, 5, 64, 259, 1500}) {
      for (Activation activation : Activation.values()) {
        cases.add(
            ConformanceSuite.pair(
                "activate " + activation, cols, (c, x, y) -> c.activate(x, activation)));
      }
      cases.add(ConformanceSuite.pair("addScaled", cols, (c, x, y) -> c.addScaled(x, y, -0.3f)));
      cases.add(
          ConformanceSuite.pair("gather", cols, (c, x, y) -> c.gather(y, new int[] {2, 0, 2}, x)));
      gated(cols);
    }
    mixture(TensorType.F32, 4, 2, 1, 8, 4, true);
    mixture(TensorType.F32, 4, 2, 5, 20, 12, false);
    mixture(TensorType.F16, 1, 1, 2, 32, 32, true);
    mixture(TensorType.Q8_0, 6, 6, 3, 64, 32, false);
    mixture(TensorType.Q4_K, 8, 2, 1, 256, 256, true);
    mixture(TensorType.Q4_K, 8, 2, 9, 256, 256, true);
    mixture(TensorType.Q6_K, 5, 3, 4, 256, 512, false);
  }

  static List<ConformanceCase> all() {
    return new MixtureCases().cases;
  }

  private void add(String name, ConformanceCase.Body body) {
    cases.add(new ConformanceCase(name, body));
  }

  private void layerNorm(int rows, int cols, int group) {
    String name = "layerNorm [" + rows + ", " + cols + "] groups of " + group;
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          Tensor x = rig.activation(rows, cols, in.awkward(rows * cols));
          Guarded out = rig.guarded(rows, cols);
          return out.after(
              rig.backend()
                  .record()
                  .layerNorm(x, rig.vector(in.floats(group, 2f)), 1e-5f, out.inner()));
        });
  }

  /** Groups that have a row of the weight each, in turn. */
  private void normsByRow(int rows, int cols, int weightRows, int group) {
    for (boolean centered : new boolean[] {false, true}) {
      String name =
          (centered ? "layerNorm [" : "rmsNorm [")
              + rows
              + ", "
              + cols
              + "] by ["
              + weightRows
              + ", "
              + group
              + "]";
      add(
          name,
          rig -> {
            Inputs in = new Inputs(name);
            Tensor x = rig.activation(rows, cols, in.awkward(rows * cols));
            Tensor weight = rig.activation(weightRows, group, in.floats(weightRows * group, 2f));
            Guarded out = rig.guarded(rows, cols);
            Commands commands = rig.backend().record();
            return out.after(
                centered
                    ? commands.layerNorm(x, weight, 1e-5f, out.inner())
                    : commands.rmsNorm(x, weight, 1e-5f, out.inner()));
          });
    }
  }

  private void gated(int cols) {
    String name = "addGated [4, " + cols + "]";
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          Guarded x = rig.guarded(4, cols).with(in.floats(4 * cols, 3f));
          Tensor y = rig.activation(4, cols, in.floats(4 * cols, 5f));
          Tensor logits = rig.activation(4, 1, new float[] {-200f, -1.5f, 0.25f, 100f});
          return x.after(rig.backend().record().addGated(x.inner(), y, logits));
        });
  }

  /** Some logits are equal, so that the order among equals shows. */
  private void mixture(
      TensorType type, int count, int used, int n, int in, int width, boolean normalized) {
    String name =
        "experts "
            + type
            + " "
            + used
            + " of "
            + count
            + " ["
            + width
            + ", "
            + in
            + "] x "
            + n
            + (normalized ? " normalized" : "");
    add(
        name,
        rig -> {
          Inputs inputs = new Inputs(name);
          List<Expert> experts = new ArrayList<>();
          for (int e = 0; e < count; e++) {
            experts.add(
                new Expert(
                    rig.weight(type, width, in, inputs.weight(type, width, in)),
                    rig.weight(type, width, in, inputs.weight(type, width, in)),
                    rig.weight(type, in, width, inputs.weight(type, in, width))));
          }
          float[] logits = inputs.floats(n * count, 4f);
          for (int i = 0; i < logits.length; i++) {
            logits[i] = Math.round(logits[i]);
          }
          int all = n * used;
          ExpertRooms rooms =
              new ExpertRooms(
                  rig.activation(all, in, new float[all * in]),
                  rig.activation(all, width, new float[all * width]),
                  rig.activation(all, width, new float[all * width]),
                  rig.activation(all, in, new float[all * in]));
          Guarded out = rig.guarded(n, in).with(inputs.floats(n * in, 1f));
          return out.after(
              rig.backend()
                  .record()
                  .experts(
                      new Command.Experts(
                          rig.activation(n, in, inputs.floats(n * in, 0.01f)),
                          rig.activation(n, count, logits),
                          experts,
                          used,
                          normalized,
                          Activation.SILU,
                          rooms,
                          out.inner())));
        });
  }
}
