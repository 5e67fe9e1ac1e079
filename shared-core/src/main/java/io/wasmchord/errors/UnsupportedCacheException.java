package io.wasmchord.errors;

/** A KV cache of the wanted type cannot hold this model's heads. */
public final class UnsupportedCacheException extends ChordException {
  public UnsupportedCacheException(String message) {
    super("unsupported_cache", message);
  }
}
