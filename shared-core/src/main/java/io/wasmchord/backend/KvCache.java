package io.wasmchord.backend;

/**
 * A handle on the keys and values of past positions. Later writes at a position replace earlier
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
   * What a recurrent layer carries from token to token, [1, values]. At position 0 it counts as
   * zeros, whatever it holds.
   *
   * @throws IllegalArgumentException when the layer carries nothing
   */
  default Tensor state(int layer) {
    throw new IllegalArgumentException("this cache has no state");
  }
}
