package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.AttentionGate;
import io.wasmchord.model.config.Latent;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of latent attention. See {@link Latent}.
 *
 * @param queryDown [queryRank, hidden], or null where queries are made of the hidden state
 * @param queryNorm of what it gives, or null
 * @param query [heads * keyDim, queryRank or hidden]
 * @param down [rank + turned, hidden]
 * @param norm of the first {@code rank} values that it gives
 * @param keyNorm of the others, or null
 * @param keys of each head [rank, keyDim - turned]; empty where {@code up} is there
 * @param values of each head [valueDim, rank]; empty where {@code up} is there
 * @param up [heads * (keyDim - turned + valueDim), rank], or null
 * @param output [hidden, heads * valueDim]
 * @param gate [heads, hidden], or [heads * valueDim, hidden], of what heads give, or null
 * @param sinks [1, heads], see {@link io.wasmchord.backend.AttentionOptions}, or null
 */
public record LatentAttention(
    @Nullable Projection queryDown,
    @Nullable Norm queryNorm,
    Projection query,
    Projection down,
    Norm norm,
    @Nullable Norm keyNorm,
    List<Tensor> keys,
    List<Tensor> values,
    @Nullable Projection up,
    Projection output,
    @Nullable Tensor gate,
    @Nullable Tensor sinks)
    implements LayerWeights.Mixer {

  /** Asks the binder for the tensors of a layer. */
  static LatentAttention bind(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    return new Binding(binder, a, c, layer).bind();
  }

  private record Binding(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    LatentAttention bind() {
      Latent l = c.latent(layer);
      int heads = c.shape(layer).attention().heads();
      int unturned = l.keyDim() - c.ropeDim();
      boolean lowRank = l.queryRank() > 0;
      int queries = heads * l.keyDim();
      return new LatentAttention(
          lowRank ? projection("attn_q_a", l.queryRank(), c.hidden()) : null,
          lowRank ? norm("attn_q_a_norm", l.queryRank()) : null,
          lowRank
              ? projection("attn_q_b", queries, l.queryRank())
              : projection("attn_q", queries, c.hidden()),
          projection("attn_kv_a_mqa", l.rank() + c.ropeDim(), c.hidden()),
          norm("attn_kv_a_norm", l.rank()),
          l.keyNorm() ? norm("attn_k_norm", c.ropeDim()) : null,
          l.absorbed() ? slices("attn_k_b", heads, l.rank(), unturned) : List.of(),
          l.absorbed() ? slices("attn_v_b", heads, l.valueDim(), l.rank()) : List.of(),
          l.absorbed()
              ? null
              : projection("attn_kv_b", heads * (unturned + l.valueDim()), l.rank()),
          projection("attn_output", c.hidden(), heads * l.valueDim()),
          c.rare().gate().exists()
              ? binder.matrix(AttentionGate.name(layer), gates(heads * l.valueDim()), c.hidden())
              : null,
          binder.optionalVector(name("attn_sinks.weight"), heads));
    }

    private int gates(int values) {
      return c.rare().gate().byHead() ? c.shape(layer).attention().heads() : values;
    }

    private String name(String suffix) {
      return WeightNames.layer(layer, suffix);
    }

    private Projection projection(String name, int rows, int cols) {
      return new Projection(
          binder.matrix(name(name + ".weight"), rows, cols),
          binder.optionalVector(name(name + ".bias"), rows));
    }

    private List<Tensor> slices(String name, int heads, int rows, int cols) {
      return binder.slices(name(name + ".weight"), heads, rows, cols);
    }

    private Norm norm(String name, int size) {
      return Norm.bind(binder, a, name(name), size);
    }
  }
}
