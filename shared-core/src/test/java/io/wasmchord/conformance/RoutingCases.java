package io.wasmchord.conformance;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Routing.Gating;
import io.wasmchord.backend.Routing.Groups;
import io.wasmchord.backend.Routing.Weighs;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which mixtures choose and weigh experts, what these have beside gated matrices, and
 * gates with a limit.
 */
final class RoutingCases {
  private static final float[] GATES = {
    0f, -0f, 7f, -7f, 3f, 3.0000002f, 1e30f, -1e30f, 88f, -88f, 1e-41f, 2.9999998f
  };

  private final List<ConformanceCase> cases = new ArrayList<>();

  /**
   * A mixture.
   *
   * @param vectors what it has beside matrices: s(election), c (scales), g(ate), u(p), d(own)
   * @param gated whether experts have gates
   */
  private record Mixture(
      TensorType type,
      int count,
      int n,
      int in,
      int width,
      Routing routing,
      String vectors,
      boolean gated,
      Activation activation) {
    float limit() {
      return activation.limited() ? 1.5f : 0f;
    }

    @Override
    public String toString() {
      Groups g = routing.groups();
      return (type + " " + routing.used() + " of " + count)
          + (" [" + width + ", " + in + "] x " + n + " " + routing.gating())
          + (g.count() > 1 ? " " + g.used() + " of " + g.count() + " groups" : "")
          + (routing.normalized() ? " normalized" : "")
          + (routing.scale() == 1f ? "" : " times " + (int) (routing.scale() * 100) + "/100")
          + (routing.weighs() == Weighs.INPUT ? " weighing input" : "")
          + (vectors.isEmpty() ? "" : " with " + vectors)
          + (gated ? "" : " without gates")
          + (" " + activation);
    }
  }

  private RoutingCases() {
    for (int cols : new int[] {1, 5, 64, 259}) {
      for (Activation activation :
          new Activation[] {Activation.SILU_LIMITED, Activation.SWIGLU_OAI}) {
        limited(activation, cols);
      }
    }
    for (Gating gating : Gating.values()) {
      for (int n : new int[] {1, 5}) {
        add(plain(TensorType.F32, 6, n, 20, 12, gating, Groups.ONE, "s"));
        add(plain(TensorType.F32, 8, n, 12, 8, gating, new Groups(4, 2), "sc"));
        add(plain(TensorType.Q8_0, 5, n, 64, 32, gating, Groups.ONE, "gud"));
      }
      add(plain(TensorType.Q4_K, 12, 9, 256, 256, gating, new Groups(3, 2), "scgud"));
    }
    for (int n : new int[] {1, 4}) {
      Routing input = new Routing(2, Gating.SIGMOID_OF_CHOSEN, Groups.ONE, false, 1f, Weighs.INPUT);
      mixture(new Mixture(TensorType.F32, 5, n, 20, 12, input, "", true, Activation.SILU));
      mixture(new Mixture(TensorType.Q8_0, 4, n, 64, 96, input, "gd", true, Activation.GELU));
      mixture(new Mixture(TensorType.Q6_K, 4, n, 256, 256, input, "c", false, Activation.SILU));
      Routing two = new Routing(2, Gating.SIGMOID, Groups.ONE, true, 2.5f, Weighs.RESULT);
      Activation squared = Activation.RELU_SQUARED;
      mixture(new Mixture(TensorType.F32, 5, n, 12, 8, two, "ud", false, squared));
      mixture(new Mixture(TensorType.Q5_K, 7, n, 256, 512, two, "s", false, squared));
      Routing oss = new Routing(3, Gating.SOFTMAX_OF_CHOSEN, Groups.ONE, false, 1f, Weighs.RESULT);
      Activation oai = Activation.SWIGLU_OAI;
      mixture(new Mixture(TensorType.F16, 6, n, 36, 20, oss, "gud", true, oai));
      mixture(new Mixture(TensorType.Q8_0, 6, n, 64, 64, oss, "gud", true, oai));
      Activation limited = Activation.SILU_LIMITED;
      mixture(new Mixture(TensorType.F32, 6, n, 12, 20, two, "", true, limited));
    }
    for (Gating gating : Gating.values()) {
      for (int n : new int[] {1, 6}) {
        strange(gating, Groups.ONE, n);
        strange(gating, new Groups(2, 1), n);
        strange(gating, new Groups(4, 3), n);
      }
    }
  }

  static List<ConformanceCase> all() {
    return new RoutingCases().cases;
  }

  private RoutingCases(Activation activation) {
    for (int cols : new int[] {1, 5, 64, 259}) {
      limited(activation, cols);
    }
    Routing two = new Routing(2, Gating.SOFTMAX, Groups.ONE, true, 1f, Weighs.RESULT);
    for (int n : new int[] {1, 4}) {
      mixture(new Mixture(TensorType.F32, 6, n, 12, 20, two, "", true, activation));
      mixture(new Mixture(TensorType.Q8_0, 6, n, 64, 64, two, "", true, activation));
    }
  }

  /** Those of an activation that has a limit. */
  static List<ConformanceCase> limitedBy(Activation activation) {
    return new RoutingCases(activation).cases;
  }

  private static Mixture plain(
      TensorType type,
      int count,
      int n,
      int in,
      int width,
      Gating gating,
      Groups groups,
      String vectors) {
    boolean normalized = gating == Gating.SIGMOID || gating == Gating.SOFTMAX;
    Routing routing = new Routing(3, gating, groups, normalized, 1.75f, Weighs.RESULT);
    return new Mixture(type, count, n, in, width, routing, vectors, true, Activation.SILU);
  }

  private void add(Mixture mixture) {
    mixture(mixture);
  }

  /** Gates and values on either side of the limit, and what is at the ends of the range. */
  private void limited(Activation activation, int cols) {
    String name = "gate " + activation + " [4, " + cols + "]";
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              float[] gates = in.floats(4 * cols, 20f);
              float[] ups = in.floats(4 * cols, 9f);
              for (int i = 0; i < gates.length; i += 3) {
                gates[i] = GATES[i / 3 % GATES.length];
                ups[gates.length - 1 - i] = GATES[i / 3 * 5 % GATES.length];
              }
              Guarded x = rig.guarded(4, cols).with(gates);
              Tensor y = rig.activation(4, cols, ups);
              return x.after(rig.backend().record().gate(x.inner(), y, activation, 3f, x.inner()));
            }));
  }

  private void mixture(Mixture m) {
    String name = "experts routed " + m;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs inputs = new Inputs(name);
              List<Expert> experts = experts(rig, inputs, m);
              ExpertVectors vectors = vectors(rig, inputs, m);
              Guarded out = rig.guarded(m.n, m.in).with(inputs.floats(m.n * m.in, 1f));
              Commands commands = rig.backend().record();
              Tensor x = rig.activation(m.n, m.in, inputs.floats(m.n * m.in, 0.01f));
              record(rig, m, logits(rig, inputs, m), x, experts, vectors, out.inner(), commands);
              rig.backend().submit(commands).await(); // with weights that were not used yet
              out.with(inputs.floats(m.n * m.in, 1f));
              return out.after(commands);
            }));
  }

  private static void record(
      Rig rig,
      Mixture m,
      Tensor logits,
      Tensor x,
      List<Expert> experts,
      ExpertVectors vectors,
      Tensor out,
      Commands commands) {
    commands.experts(
        new Command.Experts(
            x,
            logits,
            experts,
            vectors,
            m.routing,
            m.activation,
            m.limit(),
            MixtureCases.rooms(rig, x.rows() * m.routing.used(), m.in, m.width),
            out));
  }

  /** Some are equal, so that the order among equals shows. */
  private static Tensor logits(Rig rig, Inputs inputs, Mixture m) {
    float[] logits = inputs.floats(m.n * m.count, 4f);
    for (int i = 0; i < logits.length; i += 2) {
      logits[i] = Math.round(logits[i]);
    }
    return rig.activation(m.n, m.count, logits);
  }

  private static List<Expert> experts(Rig rig, Inputs inputs, Mixture m) {
    List<Expert> experts = MixtureCases.experts(rig, inputs, m.type, m.count, m.in, m.width);
    return m.gated
        ? experts
        : experts.stream().map(e -> new Expert(null, e.up(), e.down())).toList();
  }

  private static ExpertVectors vectors(Rig rig, Inputs inputs, Mixture m) {
    return new ExpertVectors(
        vector(rig, inputs, m, "s", 1, m.count, 1f),
        vector(rig, inputs, m, "c", 1, m.count, 2f),
        vector(rig, inputs, m, "g", m.count, m.width, 1f),
        vector(rig, inputs, m, "u", m.count, m.width, 1f),
        vector(rig, inputs, m, "d", m.count, m.in, 1f));
  }

  private static @Nullable Tensor vector(
      Rig rig, Inputs inputs, Mixture m, String what, int rows, int cols, float magnitude) {
    return m.vectors.contains(what)
        ? rig.activation(rows, cols, inputs.floats(rows * cols, magnitude))
        : null;
  }

  /** Logits that are far apart, all equal, or minus infinity. */
  private void strange(Gating gating, Groups groups, int n) {
    int count = 8;
    Routing routing = new Routing(3, gating, groups, true, 1f, Weighs.RESULT);
    Mixture m = new Mixture(TensorType.F32, count, n, 8, 4, routing, "s", true, Activation.SILU);
    String name = "experts routed by strange logits " + m;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs inputs = new Inputs(name);
              List<Expert> experts = experts(rig, inputs, m);
              float least = Float.NEGATIVE_INFINITY;
              float[][] rows = {
                {0f, least, 5f, 300f, -300f, 1e-41f, -0f, 0f},
                {-1e-7f, 0f, 1e-7f, 2e-7f, 3e-7f, 4e-7f, 5e-7f, 6e-7f},
                new float[count],
                {9f, -88f, -78.5f, -79f, 9f, -78.5f, -1e30f, 8.9999f},
                {-90f, -91f, -92f, -100f, -99f, -98f, -97f, -96f},
                {least, 2f, least, 1f, least, least, least, 3f}
              };
              float[] logits = new float[6 * count];
              for (int i = 0; i < rows.length; i++) {
                System.arraycopy(rows[i], 0, logits, i * count, count);
              }
              Guarded out = rig.guarded(6, 8).with(inputs.floats(6 * 8, 1f));
              Tensor x = rig.activation(6, 8, inputs.floats(6 * 8, 0.1f));
              Tensor all = rig.activation(6, count, logits);
              float[] small = {0f, 0.25f, -0.25f, 0f, 1e-3f, 0f, 0f, 0.5f};
              ExpertVectors vectors =
                  new ExpertVectors(rig.activation(1, count, small), null, null, null, null);
              Commands commands = rig.backend().record();
              for (int at = 0; at < 6; at += n) {
                record(
                    rig,
                    m,
                    all.rows(at, n),
                    x.rows(at, n),
                    experts,
                    vectors,
                    out.inner().rows(at, n),
                    commands);
              }
              return out.after(commands);
            }));
  }
}
