package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.AltUp;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.AltUpBuffers;
import io.wasmchord.model.tensors.AltUpWeights;
import io.wasmchord.model.tensors.LayerInput;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import java.util.Objects;

/**
 * Records what several residual streams do around the layers; {@link AltUp} says what they are.
 * Within a layer {@code s.x()} is the first of them.
 */
final class AltUpRecorder {
  private static final float HALF_ROOT = 1f / FloatMath.sqrt(2f);
  private static final float LEAST_SQUARE = 1e-5f; // of a stream's mean, as its length counts

  private final ModelConfig config;

  AltUpRecorder(ModelConfig config) {
    this.config = config;
  }

  private static AltUpBuffers buffers(ActivationBuffers s) {
    return Objects.requireNonNull(s.altUp());
  }

  private int streams() {
    return Objects.requireNonNull(config.rare().altUp()).streams();
  }

  /** Makes the streams of the residual stream. */
  void enter(Commands c, ActivationBuffers s, AltUpWeights.Outside w) {
    put(c, s, s.x(), 0);
    for (int i = 1; i < streams(); i++) {
      c.product(s.x(), w.in().get(i - 1), s.delta());
      c.matchLength(s.delta(), s.x(), LEAST_SQUARE);
      put(c, s, s.delta(), i);
    }
  }

  private void put(Commands c, ActivationBuffers s, Tensor x, int stream) {
    int width = config.hidden();
    HeadValues to = HeadValues.ofTokens(buffers(s).streams(), width, stream * width);
    c.copyHeads(HeadValues.ofTokens(x, width, 0), to, 1, width);
  }

  private void take(Commands c, ActivationBuffers s, int stream, Tensor out) {
    int width = config.hidden();
    Tensor streams = buffers(s).streams();
    c.copyColumns(streams, stream * width, width, streams.cols(), out);
  }

  /** Makes the residual stream of the streams. */
  void leave(Commands c, ActivationBuffers s, AltUpWeights.Outside w) {
    Tensor first = buffers(s).beside();
    take(c, s, 0, first);
    take(c, s, 0, s.x());
    for (int i = 1; i < streams(); i++) {
      take(c, s, i, s.normed());
      c.product(s.normed(), w.out().get(i - 1), s.delta());
      c.matchLength(s.delta(), first, LEAST_SQUARE);
      c.add(s.x(), s.delta());
    }
    c.scale(s.x(), 1f / streams());
  }

  /** Mixes the streams, and leaves the first one in {@code s.x()}. */
  void predict(Commands c, ActivationBuffers s, AltUpWeights w) {
    AltUpBuffers b = buffers(s);
    take(c, s, 0, s.x());
    route(c, s, w);
    c.product(b.modes(), w.predict(), b.predict());
    int[] rows = new int[s.x().rows()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
    c.gather(b.streams(), rows, b.before());
    c.addMixed(
        new Command.AddMixed(b.before(), b.predict(), config.hidden(), Columns.of(b.streams())));
    take(c, s, 0, s.x());
  }

  private void route(Commands c, ActivationBuffers s, AltUpWeights w) {
    Tensor modes = buffers(s).modes();
    norm(c, s.x(), w.routerNorm(), s.normed());
    c.scale(s.normed(), 1f / config.hidden());
    c.product(s.normed(), w.router(), modes);
    c.activate(modes, Activation.TANH);
  }

  private void norm(Commands c, Tensor x, Norm norm, Tensor out) {
    c.rmsNorm(x, Objects.requireNonNull(norm.weight()), config.normEps(), out);
  }

  /** Computes what stands beside attention, of what that takes. */
  void beside(Commands c, ActivationBuffers s, Tensor x, AltUpWeights w) {
    AltUpBuffers b = buffers(s);
    c.product(x, w.low(), b.low());
    c.product(b.low(), w.high(), b.beside());
    norm(c, b.beside(), w.lowRankNorm(), b.beside());
    c.add(b.beside(), x);
  }

  /** Adds it to the stream that attention was added to. */
  void addBeside(Commands c, ActivationBuffers s) {
    c.add(s.x(), buffers(s).beside());
    c.scale(s.x(), HALF_ROOT);
  }

  /** Corrects the streams by what the layer made of the first one, which is in {@code s.x()}. */
  void correct(Commands c, ActivationBuffers s, AltUpWeights w, LayerInput input, int layer) {
    AltUpBuffers b = buffers(s);
    int width = config.hidden();
    route(c, s, w);
    c.product(b.modes(), w.correct(), b.correct());
    c.addBias(b.correct(), b.ones());
    take(c, s, 0, s.delta());
    c.addScaled(s.x(), s.delta(), -1f);
    c.addMixed(new Command.AddMixed(s.x(), b.correct(), width, Columns.of(b.streams())));
    take(c, s, 0, s.x());
    c.scaleColumns(s.x(), w.scale());
    LayerInputs.delta(c, s, config, input, layer);
    Columns others = new Columns(b.streams(), width, (streams() - 1) * width);
    c.addMixed(new Command.AddMixed(s.delta(), b.others(), width, others));
  }
}
