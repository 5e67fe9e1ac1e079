package io.wasmchord.model.config;

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
 */
public record Latent(int queryRank, int rank, int keyDim, int valueDim, boolean absorbed) {
  public static final Latent NONE = new Latent(0, 0, 0, 0, false);

  /** Whether attention is latent. */
  public boolean used() {
    return rank > 0;
  }

  static Latent read(Architecture a, CheckedKeys keys, LayerShapes shapes) {
    if (!a.has(Architecture.Trait.LATENT_ATTENTION)) {
      return NONE;
    }
    int most = 1 << 20;
    String keyDim = "attention.key_length_mla";
    String valueDim = "attention.value_length_mla";
    boolean absorbed = keys.int32(keyDim, 0) > 0 && keys.int32(valueDim, 0) > 0;
    int rank = keys.positive("attention.kv_lora_rank", most);
    int turned = keys.positive("rope.dimension_count", most);
    int dim = absorbed ? keys.positive(keyDim, most) : shapes.keyDim();
    keys.require(
        turned < dim, "rope.dimension_count is " + turned + " of " + dim + " values of a head");
    keys.require(
        !absorbed || shapes.keyDim() == rank + turned,
        "attention.key_length is " + shapes.keyDim() + ", not " + (rank + turned));
    keys.require(
        !absorbed || shapes.valueDim() == rank,
        "attention.value_length is " + shapes.valueDim() + ", not " + rank);
    return new Latent(
        keys.positive("attention.q_lora_rank", most, 0),
        rank,
        dim,
        absorbed ? keys.positive(valueDim, most) : shapes.valueDim(),
        absorbed);
  }
}
