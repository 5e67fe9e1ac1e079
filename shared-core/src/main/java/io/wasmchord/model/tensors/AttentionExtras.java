package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.AttentionGate;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import org.jspecify.annotations.Nullable;

/**
 * What the attention of few models has besides.
 *
 * @param sinks [1, heads], see {@link io.wasmchord.backend.AttentionOptions}, or null
 * @param subNorm [1, columns of what heads give], a norm of that, or null
 * @param gate [columns of what heads give, or heads, hidden]: see {@link
 *     io.wasmchord.model.config.AttentionGate}; or null
 * @param gains [1, heads], of queries, see {@link Trait#HEAD_GAINS}, or null
 */
public record AttentionExtras(
    @Nullable Tensor sinks,
    LayerWeights.@Nullable Norm subNorm,
    @Nullable Tensor gate,
    @Nullable Tensor gains) {
  /** None of it. */
  public static final AttentionExtras NONE = new AttentionExtras(null, null, null, null);

  static AttentionExtras bind(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    LayerShape.Attention heads = c.shape(layer).attention();
    String subNorm = WeightNames.layer(layer, "attn_sub_norm");
    return new AttentionExtras(
        binder.optionalVector(WeightNames.layer(layer, "attn_sinks.weight"), heads.heads()),
        a.has(Trait.SUB_NORMS)
            ? LayerWeights.Norm.bind(binder, a, subNorm, heads.outColumns())
            : null,
        gate(binder, a, c, layer),
        a.has(Trait.HEAD_GAINS)
            ? binder.joined(WeightNames.layer(layer, "attn_q_norm.weight"), heads.heads(), 1)
            : null);
  }

  private static @Nullable Tensor gate(
      WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    AttentionGate gate = c.rare().gate();
    String name = AttentionGate.name(layer);
    LayerShape.Attention heads = c.shape(layer).attention();
    return gate.exists() && (a.has(Trait.ATTENTION_GATED) || binder.has(name))
        ? binder.matrix(name, gate.byHead() ? heads.heads() : heads.outColumns(), c.hidden())
        : null;
  }
}
