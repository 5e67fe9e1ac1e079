package io.wasmchord.model.tensors;

import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.tensors.LayerWeights.Attention;
import io.wasmchord.model.tensors.LayerWeights.FeedForward;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;

/** Asks the binder for the tensors of one of the layers of {@link ModelConfig#stacks}. */
record StackBinding(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
  LayerWeights bind() {
    boolean crosses = c.stacks().crosses(layer);
    boolean feeds = c.shape(layer).feedForward() > 0;
    return new LayerWeights(
        norm(crosses ? "cross_attn_norm" : "attn_norm"),
        crosses ? cross() : attention(),
        null,
        null,
        null,
        feeds ? norm("ffn_norm") : null,
        feeds ? dense() : new FeedForward.None(),
        null,
        null,
        null,
        null,
        1f);
  }

  private LayerShape.Attention heads() {
    return c.shape(layer).attention();
  }

  private Attention attention() {
    return new Attention(
        projection("attn_q", heads().queryColumns(), c.hidden()),
        projection("attn_k", heads().kv().keyColumns(), c.hidden()),
        projection("attn_v", heads().kv().valueColumns(), c.hidden()),
        projection("attn_o", c.hidden(), heads().outColumns()),
        null,
        null,
        AttentionExtras.NONE);
  }

  private CrossAttention cross() {
    return new CrossAttention(
        projection("cross_attn_q", heads().queryColumns(), c.hidden()),
        projection("cross_attn_k", heads().kv().keyColumns(), c.hidden()),
        projection("cross_attn_v", heads().kv().valueColumns(), c.hidden()),
        projection("cross_attn_o", c.hidden(), heads().outColumns()));
  }

  private FeedForward.Dense dense() {
    int width = c.shape(layer).feedForward();
    return new FeedForward.Dense(
        a.has(Trait.UNGATED) ? null : projection("ffn_gate", width, c.hidden()),
        projection("ffn_up", width, c.hidden()),
        projection("ffn_down", c.hidden(), width),
        null,
        null,
        Float.NEGATIVE_INFINITY);
  }

  private Norm norm(String name) {
    return Norm.bind(binder, a, c.stacks().name(layer, name), c.hidden());
  }

  private Projection projection(String name, int out, int in) {
    return new Projection(binder.matrix(c.stacks().name(layer, name + ".weight"), out, in), null);
  }
}
