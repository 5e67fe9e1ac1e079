package io.wasmchord.weights;

/** Which layers stay in memory. */
public enum CachePolicy {
  /**
   * As many layers as fit stay for good, spread evenly; the others pass through a few slots. Layers
   * are used in a cycle, so this is what reads the least.
   */
  PINNED,
  /**
   * The layer that was not used for longest makes room: in a cycle, the one that is wanted next.
   */
  LRU
}
