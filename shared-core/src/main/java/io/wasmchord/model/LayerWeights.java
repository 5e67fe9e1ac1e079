package io.wasmchord.model;

import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors of one transformer block. */
record LayerWeights(
    Tensor attentionNorm,
    Projection query,
    Projection key,
    Projection value,
    Projection output,
    Tensor feedForwardNorm,
    Projection gate,
    Projection up,
    Projection down) {

  /** A matrix [out, in] and its optional bias [1, out]. */
  record Projection(Tensor weight, @Nullable Tensor bias) {}

  static LayerWeights bind(WeightBinder binder, ModelConfig c, int layer) {
    int queries = c.heads() * c.keyDim();
    int keys = c.kvHeads() * c.keyDim();
    int values = c.kvHeads() * c.valueDim();
    return new LayerWeights(
        binder.vector(WeightNames.layer(layer, "attn_norm.weight"), c.hidden()),
        projection(binder, layer, "attn_q", queries, c.hidden()),
        projection(binder, layer, "attn_k", keys, c.hidden()),
        projection(binder, layer, "attn_v", values, c.hidden()),
        projection(binder, layer, "attn_output", c.hidden(), c.heads() * c.valueDim()),
        binder.vector(WeightNames.layer(layer, "ffn_norm.weight"), c.hidden()),
        projection(binder, layer, "ffn_gate", c.feedForward(), c.hidden()),
        projection(binder, layer, "ffn_up", c.feedForward(), c.hidden()),
        projection(binder, layer, "ffn_down", c.hidden(), c.feedForward()));
  }

  /** All of them. */
  List<Tensor> tensors() {
    List<Tensor> all = new ArrayList<>(List.of(attentionNorm, feedForwardNorm));
    for (Projection p : List.of(query, key, value, output, gate, up, down)) {
      all.add(p.weight());
      if (p.bias() != null) {
        all.add(p.bias());
      }
    }
    return all;
  }

  private static Projection projection(
      WeightBinder binder, int layer, String name, int out, int in) {
    return new Projection(
        binder.matrix(WeightNames.layer(layer, name + ".weight"), out, in, Op.MATMUL),
        binder.optionalVector(WeightNames.layer(layer, name + ".bias"), out));
  }
}
