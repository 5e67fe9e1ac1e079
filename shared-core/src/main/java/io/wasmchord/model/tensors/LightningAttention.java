package io.wasmchord.model.tensors;

import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;

/**
 * The tensors of lightning attention.
 *
 * @param mixed for each head queries, keys and values, [3 * inner, hidden]
 * @param gate of what it gives, [inner, hidden]
 * @param norm of what all heads give, [1, inner]
 * @param output [hidden, inner]
 */
public record LightningAttention(Projection mixed, Projection gate, Norm norm, Projection output)
    implements LayerWeights.Mixer {
  static LightningAttention bind(WeightBinder binder, ModelConfig c, int layer) {
    int inner = c.recurrence().inner();
    return new LightningAttention(
        projection(binder, WeightNames.layer(layer, "attn_qkv.weight"), 3 * inner, c.hidden()),
        projection(binder, WeightNames.layer(layer, "attn_gate.weight"), inner, c.hidden()),
        new Norm(binder.vector(WeightNames.layer(layer, "attn_norm_2.weight"), inner), null),
        projection(binder, WeightNames.layer(layer, WeightNames.OUT), c.hidden(), inner));
  }

  private static Projection projection(WeightBinder binder, String name, int out, int in) {
    return new Projection(binder.matrix(name, out, in), null);
  }
}
