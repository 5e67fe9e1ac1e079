package io.wasmchord.conformance;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertAddition;
import io.wasmchord.backend.ExpertBuffers;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
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
      for (Activation activation : ConformanceSuite.UNLIMITED) {
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
    layers(TensorType.F32, 5, 2, 1, 12, 8);
    layers(TensorType.BF16, 9, 3, 13, 36, 20);
    layers(TensorType.Q8_0, 3, 2, 6, 64, 32);
    layers(TensorType.Q5_K, 40, 4, 7, 256, 256);
    for (int n : new int[] {1, 6}) {
      strange(n, 9, 3, true);
      strange(n, 9, 3, false);
      strange(n, 4, 4, true);
    }
  }

  static List<ConformanceCase> all() {
    return new MixtureCases().cases;
  }

  /** Those to whose products something is added. */
  static List<ConformanceCase> withAdditions() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (int n : new int[] {1, 5}) {
      cases.add(added(TensorType.F32, n, new int[] {20, 12, 8}, Routing.Weighs.RESULT, true));
      cases.add(added(TensorType.F32, n, new int[] {8, 12, 8}, Routing.Weighs.RESULT, true));
      cases.add(added(TensorType.Q8_0, n, new int[] {64, 32, 4}, Routing.Weighs.INPUT, true));
      cases.add(added(TensorType.Q4_K, n, new int[] {256, 256, 16}, Routing.Weighs.RESULT, false));
    }
    return cases;
  }

  /**
   * Two additions to each product.
   *
   * @param shape values in a row, an expert's width, a rank
   */
  private static ConformanceCase added(
      TensorType type, int n, int[] shape, Routing.Weighs weighs, boolean gated) {
    int count = 5;
    int used = 2;
    int in = shape[0];
    int width = shape[1];
    Routing routing =
        new Routing(used, Routing.Gating.SOFTMAX, Routing.Groups.ONE, true, 1f, weighs);
    String name =
        "experts with additions, "
            + (type + " [" + width + ", " + in + "] of rank " + shape[2] + " x " + n)
            + (gated ? "" : " without gates");
    return new ConformanceCase(
        name,
        rig -> {
          Inputs inputs = new Inputs(name);
          List<Expert> experts = new ArrayList<>();
          for (Expert e : experts(rig, inputs, type, count, in, width)) {
            experts.add(gated ? e : new Expert(null, e.up(), e.down()));
          }
          List<ExpertAddition> additions = new ArrayList<>();
          for (ExpertMatrix m : ExpertMatrix.all(experts.getFirst())) {
            Tensor matrix = m.of(experts.getFirst());
            for (float factor : new float[] {0.75f, -1.5f}) {
              additions.add(addition(rig, inputs, m, matrix, shape[2], count, factor, n * used));
            }
          }
          Tensor logits = rig.activation(n, count, logits(inputs, n * count));
          Guarded out = rig.guarded(n, in).with(inputs.floats(n * in, 1f));
          Tensor x = rig.activation(n, in, inputs.floats(n * in, 0.1f));
          Tensor biases = rig.activation(count, width, inputs.floats(count * width, 1f));
          Commands commands = rig.backend().record();
          commands.experts(
              new Command.Experts(
                  x,
                  logits,
                  experts,
                  new ExpertVectors(null, null, null, biases, null),
                  routing,
                  Activation.SILU,
                  0f,
                  rooms(rig, n * used, in, width),
                  out.inner(),
                  additions));
          rig.backend().submit(commands).await(); // with weights that were not used yet
          out.with(inputs.floats(n * in, 1f));
          return out.after(commands);
        });
  }

  private static ExpertAddition addition(
      Rig rig,
      Inputs inputs,
      ExpertMatrix to,
      Tensor matrix,
      int rank,
      int count,
      float factor,
      int places) {
    List<Tensor> a = new ArrayList<>();
    List<Tensor> b = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      a.add(rig.activation(rank, matrix.cols(), inputs.floats(rank * matrix.cols(), 0.5f)));
      b.add(rig.activation(matrix.rows(), rank, inputs.floats(matrix.rows() * rank, 0.5f)));
    }
    Tensor low = rig.activation(places, rank, new float[places * rank]);
    Tensor wide = rig.activation(places, matrix.rows(), new float[places * matrix.rows()]);
    return new ExpertAddition(to, a, b, factor, low, wide);
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
          List<Expert> experts = experts(rig, inputs, type, count, in, width);
          Tensor logits = rig.activation(n, count, logits(inputs, n * count));
          Guarded out = rig.guarded(n, in).with(inputs.floats(n * in, 1f));
          Tensor x = rig.activation(n, in, inputs.floats(n * in, 0.01f));
          Activation silu = Activation.SILU;
          return out.after(
              rig.backend()
                  .record()
                  .experts(
                      new Command.Experts(
                          x,
                          logits,
                          experts,
                          ExpertVectors.NONE,
                          Routing.softmax(used, normalized),
                          silu,
                          0f,
                          rooms(rig, n * used, in, width),
                          out.inner())));
        });
  }

  static List<Expert> experts(
      Rig rig, Inputs inputs, TensorType type, int count, int in, int width) {
    List<Expert> experts = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      experts.add(
          new Expert(
              rig.weight(type, width, in, inputs.weight(type, width, in)),
              rig.weight(type, width, in, inputs.weight(type, width, in)),
              rig.weight(type, in, width, inputs.weight(type, in, width))));
    }
    return experts;
  }

  private static float[] logits(Inputs inputs, int n) {
    float[] logits = inputs.floats(n, 4f);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.round(logits[i]);
    }
    return logits;
  }

  static ExpertBuffers rooms(Rig rig, int rows, int in, int width) {
    return new ExpertBuffers(
        rig.activation(rows, in, new float[rows * in]),
        rig.activation(rows, width, new float[rows * width]),
        rig.activation(rows, width, new float[rows * width]),
        rig.activation(rows, in, new float[rows * in]));
  }

  /**
   * Three layers in one list, the last being the first again, with the same rooms: each router
   * takes what the layer before gave, so no choice is known before the list runs. Everything is
   * done twice, with other rows the second time.
   */
  private void layers(TensorType type, int count, int used, int n, int in, int width) {
    String name =
        "experts in layers, "
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
            + n;
    add(
        name,
        rig -> {
          Inputs inputs = new Inputs(name);
          List<List<Expert>> layers = new ArrayList<>();
          List<Tensor> routers = new ArrayList<>();
          for (int layer = 0; layer < 2; layer++) {
            layers.add(experts(rig, inputs, type, count, in, width));
            routers.add(
                rig.weight(TensorType.F32, count, in, inputs.weight(TensorType.F32, count, in)));
          }
          Tensor logits = rig.activation(n, count, new float[n * count]);
          Tensor normed = rig.activation(n, in, new float[n * in]);
          Tensor ones = rig.vector(ones(in));
          ExpertBuffers rooms = rooms(rig, n * used, in, width);
          Guarded out = rig.guarded(n, in);
          Commands commands = rig.backend().record();
          for (int layer : new int[] {0, 1, 0}) {
            commands.rmsNorm(out.inner(), ones, 1e-5f, normed);
            commands.matmul(normed, routers.get(layer), logits);
            commands.experts(
                new Command.Experts(
                    normed,
                    logits,
                    layers.get(layer),
                    ExpertVectors.NONE,
                    Routing.softmax(used, true),
                    Activation.GELU,
                    0f,
                    rooms,
                    out.inner()));
            commands.rmsNorm(out.inner(), ones, 1e-5f, out.inner());
          }
          rig.backend().submit(commands).await();
          out.with(inputs.floats(n * in, 1f));
          return out.after(commands);
        });
  }

  private static float[] ones(int n) {
    float[] ones = new float[n];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** Logits that are far apart, all equal, or minus infinity. */
  private void strange(int n, int count, int used, boolean normalized) {
    String name =
        "experts by strange logits, "
            + used
            + " of "
            + count
            + " x "
            + n
            + (normalized ? " normalized" : "");
    add(
        name,
        rig -> {
          Inputs inputs = new Inputs(name);
          List<Expert> experts = experts(rig, inputs, TensorType.F32, count, 8, 8);
          float[] far = {0f, Float.NEGATIVE_INFINITY, 5f, 300f, -300f, 1e-41f, -0f, 0f, 5f};
          float[] rising = {-1e-7f, 0f, 1e-7f, 2e-7f, 3e-7f, 4e-7f, 5e-7f, 6e-7f, 7e-7f};
          float[] two = {9f, -88f, -78.5f, -79f, 9f, -78.5f, -1e30f, 8.9999f, 9f};
          float[][] rows = {far, rising, new float[count], two, {3f, 2f, 1f}, {1f, 2f, 2f, 2f}};
          float[] logits = new float[6 * count];
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, logits, i * count, Math.min(count, rows[i].length));
          }
          Guarded out = rig.guarded(6, 8).with(inputs.floats(6 * 8, 1f));
          Tensor x = rig.activation(6, 8, inputs.floats(6 * 8, 0.1f));
          Tensor all = rig.activation(6, count, logits);
          Commands commands = rig.backend().record();
          for (int at = 0; at < 6; at += n) {
            commands.experts(
                new Command.Experts(
                    x.rows(at, n),
                    all.rows(at, n),
                    experts,
                    ExpertVectors.NONE,
                    Routing.softmax(used, normalized),
                    Activation.SILU,
                    0f,
                    rooms(rig, n * used, 8, 8),
                    out.inner().rows(at, n)));
          }
          return out.after(commands);
        });
  }
}
