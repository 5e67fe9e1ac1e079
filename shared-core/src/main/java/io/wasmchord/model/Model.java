package io.wasmchord.model;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;

/**
 * A loaded transformer: turns token ids at consecutive positions into logits, or into hidden
 * states. Not thread-safe.
 */
public interface Model extends AutoCloseable {
  ModelConfig config();

  /** Tokens that {@link #forward} takes at most in one call. */
  int maxBatch();

  /**
   * A cache for sequences of up to {@code positions} tokens. Layers that see only the nearest
   * positions keep little more than those; {@link CacheShape} says how many.
   *
   * @throws io.wasmchord.backend.UnsupportedCacheException when the model's heads do not divide
   *     into the type's blocks
   */
  KvCache newCache(int positions, KvType type);

  /** Gives a cache's memory back. */
  void release(KvCache cache);

  /**
   * Whether {@link #forward} can go on at {@code position}: always at 0 and where the last call
   * ended; further back only where layers that see the nearest positions still hold those of a
   * token there.
   */
  boolean continuesAt(KvCache cache, int position);

  /**
   * Feeds tokens at positions {@code position, position + 1, ...}; earlier positions must be in the
   * cache already.
   *
   * @param tokens 1 to {@link #maxBatch()} ids
   * @param wanted which rows of logits to compute
   * @return logits, row-major, {@code vocabulary} floats a row: one row for the last token, one for
   *     each, or none
   * @throws IllegalStateException when the cache does not hold the positions before; see {@link
   *     #continuesAt}
   * @throws EmbeddingOnlyException when the model has no logits
   */
  float[] forward(int[] tokens, int position, KvCache cache, Wanted wanted);

  /**
   * Begins to compute the hidden states of a sequence; nothing else may use the model until they
   * are there.
   *
   * @param tokens 1 id or more
   * @param cache with room for them; what it held is lost
   */
  Encoding encode(int[] tokens, KvCache cache);

  /**
   * What becomes of pooled vectors: some models have layers for them.
   *
   * @param rows [n, hidden]
   * @return the same shape
   */
  float[] projected(float[] rows);

  /** Which rows of logits a call of {@link #forward} computes. */
  enum Wanted {
    NONE,
    LAST,
    ALL
  }

  @Override
  void close();
}
