package io.wasmchord.model.transformer;

import static io.wasmchord.model.transformer.BlockRecorder.project;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.KimiDeltaBuffers;
import io.wasmchord.model.tensors.KimiDelta;
import io.wasmchord.model.transformer.BlockRecorder.Context;
import java.util.Objects;

/** Records what Kimi's delta attention gives; it is left in the buffers' delta. */
final class KimiDeltaRecorder {
  private final ModelConfig config;
  private final Recurrence r;

  KimiDeltaRecorder(ModelConfig config) {
    this.config = config;
    this.r = config.recurrence();
  }

  void record(Commands c, ActivationBuffers s, Tensor x, KimiDelta w, Context context) {
    KimiDeltaBuffers b = Objects.requireNonNull(s.kimiDelta());
    convolved(c, x, w.query(), b.q(), 0, context);
    convolved(c, x, w.key(), b.k(), 1, context);
    convolved(c, x, w.value(), b.v(), 2, context);
    decays(c, x, w, b);
    project(c, x, w.beta(), b.beta());
    c.activate(b.beta(), Activation.SIGMOID);
    c.l2Norm(Columns.of(b.q()), r.state(), config.normEps());
    c.l2Norm(Columns.of(b.k()), r.state(), config.normEps());
    c.deltaNet(
        new Command.DeltaNet(
            Columns.of(b.q()),
            Columns.of(b.k()),
            Columns.of(b.v()),
            b.decay(),
            b.beta(),
            r.state(),
            false,
            1f / FloatMath.sqrt(r.state()),
            context.sequences(),
            context.cacheLayer(),
            r.tail(),
            b.out()));
    c.rmsNorm(b.out(), Objects.requireNonNull(w.norm().weight()), config.normEps(), b.out());
    narrow(c, x, w.gate(), b, b.gate());
    c.gate(b.gate(), b.out(), Activation.SIGMOID, b.out());
    project(c, b.out(), w.output(), s.delta());
  }

  /** The three convolutions have their values in the state one after the other. */
  private void convolved(
      Commands c, Tensor x, KimiDelta.Convolved w, Tensor to, int place, Context context) {
    project(c, x, w.projection(), to);
    int offset = place * (r.kernel() - 1) * r.inner();
    c.causalConv(
        new Command.CausalConv(
            to, w.weight(), null, true, context.sequences(), context.cacheLayer(), offset, to));
  }

  private void decays(Commands c, Tensor x, KimiDelta w, KimiDeltaBuffers b) {
    narrow(c, x, w.decay(), b, b.decay());
    c.addBias(b.decay(), w.stepBias());
    if (r.slowest() == 0f) {
      c.activate(b.decay(), Activation.SOFTPLUS);
      c.scaleColumns(b.decay(), w.rate());
    } else {
      c.scaleColumns(b.decay(), w.rate());
      c.activate(b.decay(), Activation.SIGMOID);
      c.scale(b.decay(), r.slowest());
    }
    c.activate(b.decay(), Activation.EXP);
  }

  private static void narrow(
      Commands c, Tensor x, KimiDelta.Narrow w, KimiDeltaBuffers b, Tensor to) {
    if (w.low() == null) {
      project(c, x, w.wide(), to);
    } else {
      project(c, x, w.low(), b.low());
      project(c, b.low(), w.wide(), to);
    }
  }
}
