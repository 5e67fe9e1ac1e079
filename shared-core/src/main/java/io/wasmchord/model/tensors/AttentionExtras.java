package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.WeightNames;
import org.jspecify.annotations.Nullable;

/**
 * What the attention of few models has besides.
 *
 * @param sinks [1, heads], see {@link io.wasmchord.backend.AttentionOptions}, or null
 * @param subNorm [1, columns of what heads give], a norm of that, or null
 */
public record AttentionExtras(@Nullable Tensor sinks, LayerWeights.@Nullable Norm subNorm) {
  static AttentionExtras bind(WeightBinder binder, Architecture a, LayerShape shape, int layer) {
    LayerShape.Attention heads = shape.attention();
    String subNorm = WeightNames.layer(layer, "attn_sub_norm");
    return new AttentionExtras(
        binder.optionalVector(WeightNames.layer(layer, "attn_sinks.weight"), heads.heads()),
        a.has(Trait.SUB_NORMS)
            ? LayerWeights.Norm.bind(binder, a, subNorm, heads.outColumns())
            : null);
  }
}
