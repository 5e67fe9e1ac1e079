package io.wasmchord.model.transformer;

import static io.wasmchord.backend.HeadValues.ofTokens;
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
import io.wasmchord.model.residency.RwkvBuffers;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.RwkvWeights;
import io.wasmchord.model.tensors.RwkvWeights.LowRank;
import io.wasmchord.model.transformer.BlockRecorder.Context;
import java.util.Objects;

/**
 * Records what RWKV's layers give; it is left in the buffers' delta. See
 * https://arxiv.org/abs/2404.05892 for RWKV 6 and https://arxiv.org/abs/2503.14456 for RWKV 7.
 */
final class RwkvRecorder {
  private static final float HEAD_EPS = 64e-5f; // of the norm of heads; files do not say it
  private static final float UNIT_EPS = 1e-24f; // of the keys' lengths
  private static final float SLOWEST = -0.606531f; // -exp(-1/2), the decays' limit

  private final ModelConfig config;
  private final Recurrence r;

  RwkvRecorder(ModelConfig config) {
    this.config = config;
    this.r = config.recurrence();
  }

  private static RwkvBuffers buffers(ActivationBuffers s) {
    return Objects.requireNonNull(s.rwkv());
  }

  private static void shift(Commands c, Tensor x, RwkvBuffers b, Context context, int offset) {
    c.tokenShift(
        new Command.TokenShift(x, context.sequences(), context.cacheLayer(), offset, b.shift()));
  }

  private static void copy(Commands c, Tensor from, Tensor to) {
    c.copyColumns(from, 0, from.cols(), from.cols(), to);
  }

  /** {@code mixed = x + shift * mixture}. */
  private static Tensor mix(Commands c, Tensor x, RwkvBuffers b, Tensor mixture) {
    copy(c, b.shift(), b.mixed());
    c.scaleColumns(b.mixed(), mixture);
    c.add(b.mixed(), x);
    return b.mixed();
  }

  private static Tensor low(Commands c, Tensor x, RwkvBuffers b, Tensor low) {
    Tensor to = b.low(low.rows());
    c.product(x, low, to);
    return to;
  }

  void six(Commands c, ActivationBuffers s, Tensor x, RwkvWeights.Six w, Context context) {
    RwkvBuffers b = buffers(s);
    shift(c, x, b, context, 0);
    Tensor all = low(c, mix(c, x, b, w.shift()), b, w.low());
    c.activate(all, Activation.TANH);
    Tensor decay = low(c, mixture(c, x, b, w, 0), b, w.decay().low());
    c.activate(decay, Activation.TANH);
    c.product(decay, w.decay().wide(), b.w());
    c.addBias(b.w(), w.decay().bias());
    c.activate(b.w(), Activation.EXP);
    c.scale(b.w(), -1f);
    c.activate(b.w(), Activation.EXP);
    shared(c, mixture(c, x, b, w, 1), w.heads().key(), b, b.k());
    shared(c, mixture(c, x, b, w, 2), w.heads().value(), b, b.v());
    project(c, mixture(c, x, b, w, 3), w.heads().receptance(), b.r());
    project(c, mixture(c, x, b, w, 4), w.gate(), b.g());
    if (w.first() == null) {
      linear(c, b, context);
    } else {
      c.wkv(
          new Command.Wkv(
              b.r(),
              b.w(),
              b.k(),
              b.v(),
              null,
              null,
              r.state(),
              context.sequences(),
              context.cacheLayer(),
              r.tail(),
              b.out()));
      c.addBonus(new Command.AddBonus(b.out(), b.r(), b.k(), w.first(), b.v(), r.state()));
      norm(c, b, w.heads());
    }
    boolean sigmoid = w.first() == null;
    c.gate(b.g(), b.out(), sigmoid ? Activation.SIGMOID : Activation.SILU, b.out());
    project(c, b.out(), w.heads().output(), s.delta());
  }

  /**
   * Linear attention with keys of {@code k - k w} and receptances that are scaled as attention's
   * scores are.
   */
  private void linear(Commands c, RwkvBuffers b, Context context) {
    c.gate(b.w(), b.k(), Activation.IDENTITY, b.mixed());
    c.addScaled(b.k(), b.mixed(), -1f);
    c.scale(b.r(), 1f / FloatMath.sqrt(r.state()));
    new LinearAttention(b.r(), b.k(), b.v(), b.w(), b.mixed(), b.ones(), b.out())
        .record(c, r, context);
  }

  /** Keys or values, which neighbouring heads may share. */
  private void shared(Commands c, Tensor x, LayerWeights.Projection w, RwkvBuffers b, Tensor to) {
    int columns = w.weight().rows();
    if (columns == to.cols()) {
      project(c, x, w, to);
      return;
    }
    Tensor few = b.low(columns);
    project(c, x, w, few);
    int size = r.state();
    int times = to.cols() / columns;
    for (int i = 0; i < times; i++) {
      c.copyHeads(
          ofTokens(few, size, 0), ofTokens(to, times * size, i * size), columns / size, size);
    }
  }

  /** {@code mixed = x + shift * (mixture + what small matrices make of the token)}. */
  private Tensor mixture(Commands c, Tensor x, RwkvBuffers b, RwkvWeights.Six w, int part) {
    int rank = r.mix().rate();
    c.copyColumns(b.low(5 * rank), part * rank, rank, 5 * rank, b.low(rank));
    c.product(b.low(rank), w.wide().get(part), b.mixed());
    c.addBias(b.mixed(), w.mixtures().get(part));
    c.gate(b.mixed(), b.shift(), Activation.IDENTITY, b.mixed());
    c.add(b.mixed(), x);
    return b.mixed();
  }

  private static void norm(Commands c, RwkvBuffers b, RwkvWeights.Heads w) {
    if (w.norm() == null) {
      return;
    }
    c.layerNorm(b.out(), Objects.requireNonNull(w.norm().weight()), HEAD_EPS, b.out());
    c.addBias(b.out(), Objects.requireNonNull(w.norm().bias()));
  }

  void seven(Commands c, ActivationBuffers s, Tensor x, RwkvWeights.Seven w, Context context) {
    RwkvBuffers b = buffers(s);
    shift(c, x, b, context, 0);
    project(c, mix(c, x, b, w.mixtures().get(0)), w.heads().receptance(), b.r());
    decays(c, mix(c, x, b, w.mixtures().get(1)), b, w.decay());
    project(c, mix(c, x, b, w.mixtures().get(2)), w.heads().key(), b.k());
    values(c, mix(c, x, b, w.mixtures().get(3)), b, w);
    sigmoid(c, mix(c, x, b, w.mixtures().get(4)), b, w.rate(), b.a());
    if (w.gateLow() != null && w.gateWide() != null) {
      Tensor gate = low(c, mix(c, x, b, w.mixtures().get(5)), b, w.gateLow());
      c.activate(gate, Activation.SIGMOID);
      c.product(gate, w.gateWide(), b.g());
    }
    keys(c, b, w);
    c.wkv(
        new Command.Wkv(
            b.r(),
            b.w(),
            b.k(),
            b.v(),
            b.b(),
            b.a(),
            r.state(),
            context.sequences(),
            context.cacheLayer(),
            r.tail(),
            b.out()));
    norm(c, b, w.heads());
    c.addBonus(new Command.AddBonus(b.out(), b.r(), b.k(), w.bonus(), b.v(), r.state()));
    if (w.gateWide() != null) {
      c.gate(b.g(), b.out(), Activation.IDENTITY, b.out());
    }
    project(c, b.out(), w.heads().output(), s.delta());
  }

  private static void decays(Commands c, Tensor x, RwkvBuffers b, LowRank w) {
    Tensor decay = low(c, x, b, w.low());
    c.activate(decay, Activation.TANH);
    c.product(decay, w.wide(), b.w());
    c.addBias(b.w(), w.bias());
    c.activate(b.w(), Activation.SIGMOID);
    c.scale(b.w(), SLOWEST);
    c.activate(b.w(), Activation.EXP);
  }

  private static void sigmoid(Commands c, Tensor x, RwkvBuffers b, LowRank w, Tensor to) {
    Tensor between = low(c, x, b, w.low());
    c.product(between, w.wide(), to);
    c.addBias(to, w.bias());
    c.activate(to, Activation.SIGMOID);
  }

  /** The first layer keeps its own; the others go some way towards them. */
  private static void values(Commands c, Tensor x, RwkvBuffers b, RwkvWeights.Seven w) {
    project(c, x, w.heads().value(), b.v());
    if (w.value() == null) {
      copy(c, b.v(), b.first());
      return;
    }
    sigmoid(c, x, b, w.value(), b.a());
    copy(c, b.first(), b.b());
    c.addScaled(b.b(), b.v(), -1f);
    c.gate(b.a(), b.b(), Activation.IDENTITY, b.b());
    c.add(b.v(), b.b());
  }

  /** Rates become what is put back; what is taken out is the keys of length 1, negated. */
  private void keys(Commands c, RwkvBuffers b, RwkvWeights.Seven w) {
    copy(c, b.k(), b.b());
    c.scaleColumns(b.b(), w.removed());
    c.l2Norm(Columns.of(b.b()), r.state(), UNIT_EPS);
    copy(c, b.k(), b.out());
    c.scaleColumns(b.out(), w.kept());
    c.gate(b.a(), b.out(), Activation.IDENTITY, b.mixed());
    c.addScaled(b.mixed(), b.out(), -1f);
    c.add(b.k(), b.mixed());
    c.gate(b.b(), b.a(), Activation.IDENTITY, b.a());
    c.scale(b.b(), -1f);
  }

  void channels(
      Commands c, ActivationBuffers s, Tensor x, RwkvWeights.ChannelMix w, Context context) {
    RwkvBuffers b = buffers(s);
    Tensor wide = s.wide(w.key().weight().rows()).gate();
    shift(c, x, b, context, config.hidden());
    project(c, mix(c, x, b, w.keyMixture()), w.key(), wide);
    c.activate(wide, Activation.RELU_SQUARED);
    project(c, wide, w.value(), s.delta());
    if (w.receptance() != null && w.receptanceMixture() != null) {
      project(c, mix(c, x, b, w.receptanceMixture()), w.receptance(), b.r());
      c.gate(b.r(), s.delta(), Activation.SIGMOID, s.delta());
    }
  }

  /** Halves the residual stream after some layers, as RWKV 6 has it. */
  void halve(Commands c, ActivationBuffers s, int layer) {
    int every = r.mix().halved();
    if (every > 0 && (layer + 1) % every == 0) {
      c.scale(s.x(), 0.5f);
    }
  }
}
