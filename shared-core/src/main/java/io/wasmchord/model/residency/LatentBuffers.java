package io.wasmchord.model.residency;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Latent;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What latent attention computes with, beside attention's own.
 *
 * @param heads of queries
 * @param queryRow [tokens, queryRank], or null
 * @param query [tokens, heads * keyDim]
 * @param down [tokens, rank + turned]
 * @param row [tokens, rank]
 * @param key [tokens, turned], where that is normed, or null
 * @param up [tokens, heads * (unturned + valueDim)], or null where the cache keeps the row
 * @param absorbed where it does, or null
 */
public record LatentBuffers(
    int heads,
    @Nullable Tensor queryRow,
    Tensor query,
    Tensor down,
    Tensor row,
    @Nullable Tensor key,
    @Nullable Tensor up,
    @Nullable Absorbed absorbed) {

  /**
   * What goes through each head's matrices; rows are by head.
   *
   * @param unturned [heads * tokens, keyDim - turned]
   * @param query [heads * tokens, rank]
   * @param given [heads * tokens, rank]
   * @param values [heads * tokens, valueDim]
   * @param out [tokens, heads * valueDim]
   */
  public record Absorbed(Tensor unturned, Tensor query, Tensor given, Tensor values, Tensor out) {
    private Absorbed first(int heads, int tokens) {
      int rows = heads * tokens;
      return new Absorbed(
          unturned.rows(0, rows),
          query.rows(0, rows),
          given.rows(0, rows),
          values.rows(0, rows),
          out.rows(0, tokens));
    }
  }

  /** Those of a model, by the heads of its layers; none where attention is not latent. */
  static Map<LayerShape.Attention, LatentBuffers> of(
      ModelConfig c, int tokens, ActivationBuffers.Source s) {
    Map<LayerShape.Attention, LatentBuffers> buffers = new LinkedHashMap<>();
    for (int layer = 0; layer < c.layers() && c.latent().used(); layer++) {
      LayerShape.Attention heads = c.shape(layer).attention();
      if (c.shape(layer).attends() && !buffers.containsKey(heads)) {
        buffers.put(heads, of(c, c.latent(layer), heads.heads(), tokens, s));
      }
    }
    return buffers;
  }

  private static LatentBuffers of(
      ModelConfig c, Latent l, int heads, int tokens, ActivationBuffers.Source s) {
    int unturned = l.keyDim() - c.ropeDim();
    return new LatentBuffers(
        heads,
        l.queryRank() == 0 ? null : s.activation(tokens, l.queryRank()),
        s.activation(tokens, heads * l.keyDim()),
        s.activation(tokens, l.rank() + c.ropeDim()),
        s.activation(tokens, l.rank()),
        l.keyNorm() ? s.activation(tokens, c.ropeDim()) : null,
        l.absorbed() ? null : s.activation(tokens, heads * (unturned + l.valueDim())),
        l.absorbed()
            ? new Absorbed(
                s.activation(heads * tokens, unturned),
                s.activation(heads * tokens, l.rank()),
                s.activation(heads * tokens, l.rank()),
                s.activation(heads * tokens, l.valueDim()),
                s.activation(tokens, heads * l.valueDim()))
            : null);
  }

  LatentBuffers first(int tokens) {
    return new LatentBuffers(
        heads,
        queryRow == null ? null : queryRow.rows(0, tokens),
        query.rows(0, tokens),
        down.rows(0, tokens),
        row.rows(0, tokens),
        key == null ? null : key.rows(0, tokens),
        up == null ? null : up.rows(0, tokens),
        absorbed == null ? null : absorbed.first(heads, tokens));
  }
}
