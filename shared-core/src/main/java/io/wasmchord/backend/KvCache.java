package io.wasmchord.backend;

/**
 * A handle on what the layers keep of past positions. Later writes at a position replace earlier
 * ones.
 */
public interface KvCache {
  KvSpec spec();

  /**
   * The rows that a layer keeps in place of keys and values, [cells, values]: position p lies in
   * row {@code p % cells}.
   *
   * @throws IllegalArgumentException when the layer keeps keys and values
   */
  default Tensor rows(int layer) {
    throw new IllegalArgumentException("this cache keeps keys and values alone");
  }

  /**
   * What a recurrent layer carries from token to token, and copies of it, [1 + checkpoints,
   * values]: the first row is what commands compute with. It is of no position: whoever feeds
   * tokens sees to it that they follow those that it comes from. At position 0 it counts as zeros,
   * whatever it holds.
   *
   * @throws IllegalArgumentException when the layer has none
   */
  default Tensor states(int layer) {
    throw new IllegalArgumentException("this cache has no states");
  }

  /** The state that commands compute with, [1, values]. */
  default Tensor state(int layer) {
    return states(layer).rows(0, 1);
  }
}
