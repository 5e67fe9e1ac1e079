package io.wasmchord.backend;

/**
 * The shape of a KV cache of float32 keys and values.
 *
 * @param layers layers that store keys and values
 * @param positions the longest sequence that it holds
 * @param kvHeads key and value heads
 * @param keyDim floats in one key head
 * @param valueDim floats in one value head
 */
public record KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim) {
  /** Bytes of the whole cache. */
  public long bytes() {
    return 4L * layers * positions * kvHeads * (keyDim + valueDim);
  }
}
