package io.wasmchord.model.config;

import io.wasmchord.backend.KvSpec;

/**
 * What a layer has of its own, where layers differ.
 *
 * @param attention its heads; {@link Attention#NONE} where it has no attention
 * @param keysOf the layer whose keys and values it attends to, not after itself
 * @param convolution positions that a short convolution in place of attention takes, the token's
 *     own included; 0 where there is none
 * @param state values that a recurrent layer carries from token to token; 0 where there are none
 * @param feedForward width of the feed-forward layer; of a mixture's shared expert, if it has one,
 *     and otherwise of its experts; 0 where there is none
 */
public record LayerShape(
    Attention attention, int keysOf, int convolution, int state, int feedForward) {

  /**
   * The heads of a layer's attention.
   *
   * @param heads query heads
   * @param kvHeads key and value heads
   * @param keyDim values in a query or key head
   * @param valueDim values in a value head
   */
  public record Attention(int heads, int kvHeads, int keyDim, int valueDim) {
    /** No attention. */
    public static final Attention NONE = new Attention(0, 0, 0, 0);

    /** What is kept of it. */
    public KvSpec.Heads kv() {
      return new KvSpec.Heads(kvHeads, keyDim, valueDim);
    }

    /** Values of all queries of a token. */
    public int queryColumns() {
      return heads * keyDim;
    }

    /** Values of all that a token's heads give. */
    public int outColumns() {
      return heads * valueDim;
    }
  }

  /** Whether it has attention. */
  public boolean attends() {
    return attention.heads > 0;
  }
}
