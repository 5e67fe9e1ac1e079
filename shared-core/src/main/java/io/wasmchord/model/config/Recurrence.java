package io.wasmchord.model.config;

/**
 * What the recurrent layers of a model are; all have one shape. A convolution along the positions
 * comes first; its last values, then the values that the layer itself carries, are the state.
 *
 * @param kind of layer
 * @param kernel positions that the convolution takes, the token's own included
 * @param inner values that the layer computes for a token: of all heads, of all channels
 * @param state values of a key, or of a channel
 * @param heads of values; of Mamba 1 the rank of the steps
 * @param groups heads of keys, or of what goes in and out
 * @param rank of the matrices that make steps; 0 where there are none
 * @param normed of Mamba 1: whether what steps are made of, what goes in and what goes out are
 *     normed where the file has no factors of such norms
 * @param mix of RWKV's layers
 * @param slowest of Kimi's delta attention: logarithms of decays are this times a sigmoid; 0 where
 *     they are a softplus times the head's rate
 */
public record Recurrence(
    Kind kind,
    int kernel,
    int inner,
    int state,
    int heads,
    int groups,
    int rank,
    boolean normed,
    TimeMix mix,
    float slowest) {
  public static final Recurrence NONE =
      new Recurrence(Kind.NONE, 0, 0, 0, 0, 0, 0, false, TimeMix.NONE, 0f);

  /** Kinds of recurrent layers. */
  public enum Kind {
    NONE,
    /** A gated delta net. */
    DELTA_NET,
    /** A selective state space model whose channels have steps and rates of their own. */
    MAMBA,
    /** One whose heads have. */
    MAMBA2,
    /** PLaMo 2's: one whose heads have, all with one group, which is made of the values. */
    PLAMO2,
    /** Time mix and channel mix of RWKV 6. */
    RWKV6,
    /** Those of RWKV 7. */
    RWKV7,
    /** Kimi's delta attention: a delta net with a decay for each value of a key. */
    KIMI_DELTA,
    /** Lightning attention: linear attention whose heads forget at rates of their own. */
    LIGHTNING
  }

  /** Columns that the convolution goes over. */
  public int channels() {
    return kind == Kind.MAMBA || kind == Kind.PLAMO2 ? inner : inner + 2 * groups * state;
  }

  /** Values of a head. */
  public int headDim() {
    return inner / heads;
  }

  /** Whether it is RWKV's. */
  public boolean rwkv() {
    return kind == Kind.RWKV6 || kind == Kind.RWKV7;
  }

  /**
   * Values of the convolution's state, with which that of the layer begins; of RWKV the rows before
   * of its mixes.
   */
  public int tail() {
    return rwkv() ? (mix.channels() ? 2 : 1) * inner : (kernel - 1) * channels();
  }

  /** Values of the state. */
  public int values() {
    return tail() + inner * state;
  }
}
