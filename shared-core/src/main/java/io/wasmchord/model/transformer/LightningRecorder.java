package io.wasmchord.model.transformer;

import static io.wasmchord.backend.HeadValues.ofTokens;
import static io.wasmchord.model.transformer.BlockRecorder.project;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.LightningBuffers;
import io.wasmchord.model.tensors.LightningAttention;
import io.wasmchord.model.transformer.BlockRecorder.Context;
import java.util.Arrays;
import java.util.Objects;

/** Records what lightning attention gives; it is left in the buffers' delta. */
final class LightningRecorder {
  private final ModelConfig config;
  private final Recurrence r;

  LightningRecorder(ModelConfig config) {
    this.config = config;
    this.r = config.recurrence();
  }

  void record(Commands c, ActivationBuffers s, Tensor x, LightningAttention w, Context context) {
    LightningBuffers b = Objects.requireNonNull(s.lightning());
    project(c, x, w.mixed(), b.mixed());
    c.activate(b.mixed(), Activation.SILU);
    part(c, b, 0, b.q());
    part(c, b, 1, b.k());
    part(c, b, 2, b.v());
    int[] rows = new int[x.rows()];
    Arrays.fill(rows, context.layer());
    c.gather(b.decays(), rows, b.decay());
    new LinearAttention(b.q(), b.k(), b.v(), b.decay(), b.decayed(), b.ones(), b.out())
        .record(c, r, context);
    Tensor norm = Objects.requireNonNull(w.norm().weight());
    c.rmsNorm(b.out(), norm, config.normEps(), b.out());
    project(c, x, w.gate(), b.gate());
    c.gate(b.gate(), b.out(), Activation.SIGMOID, b.out());
    project(c, b.out(), w.output(), s.delta());
  }

  private void part(Commands c, LightningBuffers b, int place, Tensor to) {
    int dim = r.state();
    c.copyHeads(ofTokens(b.mixed(), 3 * dim, place * dim), ofTokens(to, dim, 0), r.heads(), dim);
  }
}
