package io.wasmchord.model;

import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.Architecture.Trait;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one transformer block. Norms that the architecture lacks are null.
 *
 * @param attentionNorm of what attention takes
 * @param attentionPostNorm of what attention adds
 * @param feedForwardNorm of what the feed-forward layer takes
 * @param feedForwardPostNorm of what it adds
 */
record LayerWeights(
    @Nullable Tensor attentionNorm,
    Attention attention,
    @Nullable Tensor attentionPostNorm,
    @Nullable Tensor feedForwardNorm,
    FeedForward feedForward,
    @Nullable Tensor feedForwardPostNorm) {

  /** A matrix [out, in] and its optional bias [1, out]. */
  record Projection(Tensor weight, @Nullable Tensor bias) {}

  /**
   * Attention's own.
   *
   * @param queryNorm [1, values that are normed together], or null
   * @param keyNorm likewise
   */
  record Attention(
      Projection query,
      Projection key,
      Projection value,
      Projection output,
      @Nullable Tensor queryNorm,
      @Nullable Tensor keyNorm) {}

  /** A gated layer: {@code down(activation(gate(x)) * up(x))}. */
  record FeedForward(Projection gate, Projection up, Projection down) {}

  /** Asks the binder for the tensors of block {@code layer}. */
  static LayerWeights bind(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    return new Binding(binder, a, c, layer).bind();
  }

  private record Binding(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    LayerWeights bind() {
      boolean before = !a.has(Trait.NO_NORM_BEFORE);
      boolean after = a.has(Trait.NORM_AFTER);
      return new LayerWeights(
          before ? norm("attn_norm", c.hidden()) : null,
          attention(),
          after ? norm("post_attention_norm", c.hidden()) : null,
          before ? norm("ffn_norm", c.hidden()) : null,
          feedForward(),
          after ? norm("post_ffw_norm", c.hidden()) : null);
    }

    private Attention attention() {
      int queries = c.heads() * c.keyDim();
      int keys = c.kvHeads() * c.keyDim();
      boolean heads = a.has(Trait.HEAD_NORMS);
      boolean normed = heads || a.has(Trait.ROW_NORMS);
      return new Attention(
          projection("attn_q", queries, c.hidden()),
          projection("attn_k", keys, c.hidden()),
          projection("attn_v", c.kvHeads() * c.valueDim(), c.hidden()),
          projection("attn_output", c.hidden(), c.heads() * c.valueDim()),
          normed ? norm("attn_q_norm", heads ? c.keyDim() : queries) : null,
          normed ? norm("attn_k_norm", heads ? c.keyDim() : keys) : null);
    }

    private FeedForward feedForward() {
      return new FeedForward(
          projection("ffn_gate", c.feedForward(), c.hidden()),
          projection("ffn_up", c.feedForward(), c.hidden()),
          projection("ffn_down", c.hidden(), c.feedForward()));
    }

    private Tensor norm(String name, int size) {
      return binder.vector(WeightNames.layer(layer, name + ".weight"), size);
    }

    private Projection projection(String name, int out, int in) {
      return new Projection(
          binder.matrix(WeightNames.layer(layer, name + ".weight"), out, in, Op.MATMUL),
          binder.optionalVector(WeightNames.layer(layer, name + ".bias"), out));
    }
  }
}
