package io.wasmchord.model.config;

import org.jspecify.annotations.Nullable;

/**
 * Latent attention (MLA, https://arxiv.org/abs/2405.04434): keys and values of all heads are made
 * of one short row of each token, and of a part of the keys that all heads share and rope turns.
 *
 * @param queryRank width of the row that queries are made of; 0 where they are made of the hidden
 *     state
 * @param rank width of the row that keys and values are made of; 0 where attention is not latent
 * @param keyDim values in a head of queries, those that rope turns included
 * @param valueDim values in a head of what is given
 * @param absorbed whether the row itself is kept in the cache, as the key and the value of one
 *     head, and queries and results are taken through each head's matrices
 * @param keyNorm whether the part of the keys that rope turns is normed before
 * @param sliding that of layers with a sliding window, or null where it is the same
 */
public record Latent(
    int queryRank,
    int rank,
    int keyDim,
    int valueDim,
    boolean absorbed,
    boolean keyNorm,
    @Nullable Latent sliding) {
  public static final Latent NONE = new Latent(0, 0, 0, 0, false, false, null);
  private static final int MOST = 1 << 20;

  /** Whether attention is latent. */
  public boolean used() {
    return rank > 0;
  }

  static Latent read(Architecture a, CheckedKeys keys, LayerShapes shapes) {
    if (!a.has(Architecture.Trait.LATENT_ATTENTION)) {
      return NONE;
    }
    String keyDim = "attention.key_length_mla";
    String valueDim = "attention.value_length_mla";
    boolean absorbed = keys.int32(keyDim, 0) > 0 && keys.int32(valueDim, 0) > 0;
    int rank = keys.positive("attention.kv_lora_rank", MOST);
    int turned = keys.positive("rope.dimension_count", MOST);
    int dim = absorbed ? keys.positive(keyDim, MOST) : shapes.keyDim();
    keys.require(
        turned < dim, "rope.dimension_count is " + turned + " of " + dim + " values of a head");
    keys.require(
        !absorbed || shapes.keyDim() == rank + turned,
        "attention.key_length is " + shapes.keyDim() + ", not " + (rank + turned));
    keys.require(
        !absorbed || shapes.valueDim() == rank,
        "attention.value_length is " + shapes.valueDim() + ", not " + rank);
    int queryRank = keys.positive("attention.q_lora_rank", MOST, 0);
    boolean two = a.has(Architecture.Trait.SLIDING_LATENT);
    keys.require(absorbed || !two, keyDim + " is not there");
    return new Latent(
        queryRank,
        rank,
        dim,
        absorbed ? keys.positive(valueDim, MOST) : shapes.valueDim(),
        absorbed,
        two,
        two ? sliding(keys, shapes, queryRank, turned) : null);
  }

  private static Latent sliding(CheckedKeys keys, LayerShapes shapes, int queryRank, int turned) {
    int rank = keys.positive("attention.kv_lora_rank_swa", MOST);
    int dim = keys.positive("attention.key_length_mla_swa", MOST);
    keys.require(
        turned < dim, "attention.key_length_mla_swa is " + dim + " with " + turned + " turned");
    keys.require(
        shapes.slidingKeyDim() == rank + turned,
        "attention.key_length_swa is " + shapes.slidingKeyDim() + ", not " + (rank + turned));
    keys.require(
        shapes.slidingValueDim() == rank,
        "attention.value_length_swa is " + shapes.slidingValueDim() + ", not " + rank);
    int valueDim = keys.positive("attention.value_length_mla_swa", MOST);
    return new Latent(queryRank, rank, dim, valueDim, true, true, null);
  }
}
