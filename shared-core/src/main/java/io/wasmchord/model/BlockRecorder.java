package io.wasmchord.model;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Tensor;
import org.jspecify.annotations.Nullable;

/** Records what one transformer block does to the residual stream of a batch. */
final class BlockRecorder {
  private final Architecture architecture;
  private final ModelConfig config;

  BlockRecorder(Architecture architecture, ModelConfig config) {
    this.architecture = architecture;
    this.config = config;
  }

  /**
   * Where a block stands.
   *
   * @param layer its number in the model
   * @param cache of keys and values
   * @param cacheLayer its number in the cache
   * @param position of the batch's first token
   */
  record Place(int layer, KvCache cache, int cacheLayer, int position) {}

  void record(Commands c, Scratch s, LayerWeights w, Place place) {
    Tensor x = normed(c, s, w.attentionNorm());
    attention(c, s, x, w.attention(), place);
    add(c, s, w.attentionPostNorm());
    x = normed(c, s, w.feedForwardNorm());
    feedForward(c, s, x, w.feedForward());
    add(c, s, w.feedForwardPostNorm());
  }

  /** What a sub-layer takes: the residual stream, normed where there is a norm. */
  private Tensor normed(Commands c, Scratch s, @Nullable Tensor norm) {
    if (norm == null) {
      return s.x();
    }
    c.rmsNorm(s.x(), norm, config.normEps(), s.normed());
    return s.normed();
  }

  private void add(Commands c, Scratch s, @Nullable Tensor norm) {
    if (norm != null) {
      c.rmsNorm(s.delta(), norm, config.normEps(), s.delta());
    }
    if (config.scales().residual() != 1f) {
      c.scale(s.delta(), config.scales().residual());
    }
    c.add(s.x(), s.delta());
  }

  private void attention(Commands c, Scratch s, Tensor x, LayerWeights.Attention w, Place place) {
    project(c, x, w.query(), s.q());
    project(c, x, w.key(), s.k());
    project(c, x, w.value(), s.v());
    turn(c, s, s.q(), w.queryNorm(), place.layer());
    turn(c, s, s.k(), w.keyNorm(), place.layer());
    c.storeKv(s.k(), s.v(), place.cache(), place.cacheLayer(), place.position());
    c.attention(
        new Command.Attention(
            s.q(),
            place.cache(),
            place.cacheLayer(),
            place.position(),
            config.heads(),
            config.scales().attention(),
            config.caps().scores(),
            config.window().of(place.layer()),
            s.attended()));
    project(c, s.attended(), w.output(), s.delta());
  }

  /** Norms queries or keys, if they are, and turns them. */
  private void turn(Commands c, Scratch s, Tensor x, @Nullable Tensor norm, int layer) {
    if (norm != null) {
      c.rmsNorm(x, norm, config.normEps(), x);
    }
    RopeOrder order = architecture.positions().order();
    if (order != null && architecture.turns(layer)) {
      Tensor table = config.window().local(layer) ? s.localRope() : s.rope();
      c.rope(x, table, config.keyDim(), order);
    }
  }

  private void feedForward(Commands c, Scratch s, Tensor x, LayerWeights.FeedForward w) {
    project(c, x, w.gate(), s.gate());
    project(c, x, w.up(), s.up());
    c.gate(s.gate(), s.up(), architecture.activation(), s.gate());
    project(c, s.gate(), w.down(), s.delta());
  }

  private static void project(Commands c, Tensor x, LayerWeights.Projection p, Tensor out) {
    c.matmul(x, p.weight(), out);
    if (p.bias() != null) {
      c.addBias(out, p.bias());
    }
  }
}
