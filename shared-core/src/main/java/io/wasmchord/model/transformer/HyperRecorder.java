package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.HyperConnections;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.HyperBuffers;
import io.wasmchord.model.tensors.HyperWeights;
import io.wasmchord.model.tensors.LayerWeights;
import java.util.Objects;

/**
 * Records what several residual streams do around sub-layers; {@link HyperConnections} says what
 * they are. What a sub-layer takes is in {@code s.x()}, what it gives in {@code s.delta()}.
 */
final class HyperRecorder {
  private final ModelConfig config;

  HyperRecorder(ModelConfig config) {
    this.config = config;
  }

  private static HyperBuffers buffers(ActivationBuffers s) {
    return Objects.requireNonNull(s.hyper());
  }

  private HyperConnections hyper() {
    return Objects.requireNonNull(config.rare().hyper());
  }

  /** Makes the streams of the embedding. */
  void enter(Commands c, ActivationBuffers s) {
    int width = config.hidden();
    for (int i = 0; i < hyper().streams(); i++) {
      HeadValues to = HeadValues.ofTokens(buffers(s).streams(), width, i * width);
      c.copyHeads(HeadValues.ofTokens(s.x(), width, 0), to, 1, width);
    }
  }

  /** Makes what a sub-layer, or the last norm, takes, and the factors of what that gives. */
  void reduce(Commands c, ActivationBuffers s, HyperWeights.Factors w) {
    HyperBuffers b = buffers(s);
    c.rmsNorm(b.streams(), b.ones(), config.normEps(), b.normed());
    factors(c, b, w.before(), 1f, b.before());
    if (w.after() != null) {
      factors(c, b, w.after(), hyper().magnitude(), b.after());
    }
    c.gather(b.zeros(), new int[s.x().rows()], s.x());
    c.addMixed(new Command.AddMixed(b.streams(), b.before(), config.hidden(), Columns.of(s.x())));
  }

  private static void factors(
      Commands c, HyperBuffers b, LayerWeights.Projection p, float magnitude, Tensor out) {
    BlockRecorder.project(c, b.normed(), p, out);
    c.activate(out, Activation.SIGMOID);
    if (magnitude != 1f) {
      c.scale(out, magnitude);
    }
    c.addBias(out, b.epsilon());
  }

  /** Adds what a sub-layer gave to all streams. */
  void distribute(Commands c, ActivationBuffers s) {
    HyperBuffers b = buffers(s);
    c.addMixed(
        new Command.AddMixed(s.delta(), b.after(), config.hidden(), Columns.of(b.streams())));
  }
}
