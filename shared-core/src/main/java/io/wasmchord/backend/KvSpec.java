package io.wasmchord.backend;

/**
 * The shape of a KV cache.
 *
 * @param layers layers that store keys and values
 * @param positions the longest sequence that it holds
 * @param kvHeads key and value heads
 * @param keyDim values in one key head
 * @param valueDim values in one value head
 * @param type how they are stored
 */
public record KvSpec(
    int layers, int positions, int kvHeads, int keyDim, int valueDim, KvType type) {
  /**
   * Checks that heads divide into the type's blocks.
   *
   * @throws UnsupportedCacheException when they do not
   */
  public KvSpec {
    requireBlocks(type, "keys", keyDim);
    requireBlocks(type, "values", valueDim);
  }

  /** A cache of float32. */
  public KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim) {
    this(layers, positions, kvHeads, keyDim, valueDim, KvType.F32);
  }

  private static void requireBlocks(KvType type, String what, int dim) {
    if (dim % type.blockValues() != 0) {
      throw new UnsupportedCacheException(
          "a "
              + type.label()
              + " KV cache takes heads in blocks of "
              + type.blockValues()
              + " values, but this model's "
              + what
              + " have heads of "
              + dim
              + "; use "
              + KvType.F16.label());
    }
  }

  /** Bytes of one head's key. */
  public long keyBytes() {
    return type.bytes(keyDim);
  }

  /** Bytes of one head's value. */
  public long valueBytes() {
    return type.bytes(valueDim);
  }

  /** Bytes of the whole cache. */
  public long bytes() {
    return (keyBytes() + valueBytes()) * layers * positions * kvHeads;
  }
}
