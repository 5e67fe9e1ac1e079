package io.wasmchord.backend;

/**
 * A handle on the keys and values of past positions. Later writes at a position replace earlier
 * ones.
 */
public interface KvCache {
  KvSpec spec();
}
