package io.wasmchord.model.transformer;

import static io.wasmchord.model.transformer.BlockRecorder.project;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.RecurrentBuffers;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.RecurrentWeights;
import io.wasmchord.model.transformer.BlockRecorder.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records what recurrent layers give; it is left in the buffers' delta. */
final class RecurrentRecorder {
  private final Architecture architecture;
  private final ModelConfig config;
  private final Recurrence r;

  RecurrentRecorder(Architecture architecture, ModelConfig config) {
    this.architecture = architecture;
    this.config = config;
    this.r = config.recurrence();
  }

  private static RecurrentBuffers buffers(ActivationBuffers s) {
    return Objects.requireNonNull(s.recurrent());
  }

  void deltaNet(
      Commands c, ActivationBuffers s, Tensor x, RecurrentWeights.DeltaNet w, Context context) {
    RecurrentBuffers b = buffers(s);
    RecurrentBuffers.Net net = Objects.requireNonNull(b.net());
    project(c, x, w.mixed(), b.mixed());
    project(c, x, w.gate(), b.gate());
    steps(c, x, w, b, net);
    c.activate(net.beta(), Activation.SIGMOID);
    c.addBias(b.step(), w.stepBias());
    c.activate(b.step(), Activation.SOFTPLUS);
    c.scaleColumns(b.step(), w.rate());
    c.activate(b.step(), Activation.EXP);
    convolve(c, b.mixed(), w.convolution(), context);
    int keys = r.groups() * r.state();
    c.l2Norm(new Columns(b.mixed(), 0, 2 * keys), r.state(), config.normEps());
    c.deltaNet(
        new Command.DeltaNet(
            new Columns(b.mixed(), 0, keys),
            new Columns(b.mixed(), keys, keys),
            new Columns(b.mixed(), 2 * keys, r.inner()),
            b.step(),
            net.beta(),
            r.state(),
            architecture.has(Trait.TILED_KEYS),
            1f / FloatMath.sqrt(r.state()),
            context.sequences(),
            context.cacheLayer(),
            r.tail(),
            b.out()));
    c.rmsNorm(b.out(), Objects.requireNonNull(w.norm().weight()), config.normEps(), b.out());
    c.gate(b.gate(), b.out(), Activation.SILU, b.out());
    project(c, b.out(), w.output(), s.delta());
  }

  /** Betas and steps; of one matrix, they stand beside each other for every key. */
  private void steps(
      Commands c,
      Tensor x,
      RecurrentWeights.DeltaNet w,
      RecurrentBuffers b,
      RecurrentBuffers.Net net) {
    if (w.alpha() != null) {
      project(c, x, w.beta(), net.beta());
      project(c, x, w.alpha(), b.step());
      return;
    }
    int of = r.heads() / r.groups();
    project(c, x, w.beta(), net.both());
    c.copyColumns(net.both(), 0, of, 2 * of, net.beta());
    c.copyColumns(net.both(), of, of, 2 * of, b.step());
  }

  /** In place, with SiLU. */
  private static void convolve(
      Commands c, Tensor x, RecurrentWeights.Convolution w, Context context) {
    c.causalConv(
        new Command.CausalConv(
            x, w.weight(), w.bias(), true, context.sequences(), context.cacheLayer(), 0, x));
  }

  void mamba2(
      Commands c, ActivationBuffers s, Tensor x, RecurrentWeights.Mamba2 w, Context context) {
    RecurrentBuffers b = buffers(s);
    project(c, x, w.gate(), b.gate());
    project(c, x, w.mixed(), b.mixed());
    project(c, x, w.step(), b.step());
    c.addBias(b.step(), w.stepBias());
    c.activate(b.step(), Activation.SOFTPLUS);
    convolve(c, b.mixed(), w.convolution(), context);
    int shared = r.groups() * r.state();
    scan(
        c,
        b,
        new Scan(
            new Columns(b.mixed(), 0, r.inner()),
            new Columns(b.mixed(), r.inner(), shared),
            new Columns(b.mixed(), r.inner() + shared, shared),
            w.rate(),
            w.past()),
        context);
    norm(c, b.out(), w.norm());
    project(c, b.out(), w.output(), s.delta());
  }

  void mamba(Commands c, ActivationBuffers s, Tensor x, RecurrentWeights.Mamba w, Context context) {
    RecurrentBuffers b = buffers(s);
    RecurrentBuffers.Selective t = Objects.requireNonNull(b.selective());
    project(c, x, w.values(), b.mixed());
    project(c, x, w.gate(), b.gate());
    convolve(c, b.mixed(), w.convolution(), context);
    project(c, b.mixed(), w.low(), t.low());
    project(c, b.mixed(), w.in(), t.in());
    project(c, b.mixed(), w.out(), t.out());
    normInput(c, t.low(), w.lowNorm());
    normInput(c, t.in(), w.inNorm());
    normInput(c, t.out(), w.outNorm());
    project(c, t.low(), w.step(), b.step());
    c.activate(b.step(), Activation.SOFTPLUS);
    scan(
        c,
        b,
        new Scan(
            Columns.of(b.mixed()), Columns.of(t.in()), Columns.of(t.out()), w.rate(), w.past()),
        context);
    project(c, b.out(), w.output(), s.delta());
  }

  void plamo2(
      Commands c, ActivationBuffers s, Tensor x, RecurrentWeights.Plamo2 w, Context context) {
    RecurrentBuffers b = buffers(s);
    RecurrentBuffers.Selective t = Objects.requireNonNull(b.selective());
    int dim = r.headDim();
    project(c, x, w.both(), t.both());
    c.copyColumns(t.both(), 0, dim, 2 * dim, b.gate());
    c.copyColumns(t.both(), dim, dim, 2 * dim, b.mixed());
    convolve(c, b.mixed(), w.convolution(), context);
    project(c, b.mixed(), w.low(), t.low());
    project(c, b.mixed(), w.in(), t.in());
    project(c, b.mixed(), w.out(), t.out());
    norm(c, t.low(), w.lowNorm());
    norm(c, t.in(), w.inNorm());
    norm(c, t.out(), w.outNorm());
    project(c, t.low(), w.step(), b.step());
    c.activate(b.step(), Activation.SOFTPLUS);
    scan(
        c,
        b,
        new Scan(
            Columns.of(b.mixed()), Columns.of(t.in()), Columns.of(t.out()), w.rate(), w.past()),
        context);
    project(c, b.out(), w.output(), s.delta());
  }

  /** With the file's factors, or where there are none and the file says so, without. */
  private void normInput(Commands c, Tensor x, @Nullable Norm norm) {
    if (norm != null) {
      norm(c, x, norm);
    } else if (r.normed()) {
      int n = x.cols();
      c.l2Norm(Columns.of(x), n, n * config.normEps());
      c.scale(x, FloatMath.sqrt(n));
    }
  }

  private record Scan(Columns x, Columns in, Columns out, Tensor rate, Tensor past) {}

  /** What is scanned, times its gate. */
  private void scan(Commands c, RecurrentBuffers b, Scan s, Context context) {
    c.ssmScan(
        new Command.SsmScan(
            s.x,
            b.step(),
            s.rate,
            s.in,
            s.out,
            s.past,
            r.state(),
            context.sequences(),
            context.cacheLayer(),
            r.tail(),
            b.out()));
    c.gate(b.gate(), b.out(), Activation.SILU, b.out());
  }

  private void norm(Commands c, Tensor x, @Nullable Norm norm) {
    if (norm != null) {
      c.rmsNorm(x, Objects.requireNonNull(norm.weight()), config.normEps(), x);
    }
  }
}
