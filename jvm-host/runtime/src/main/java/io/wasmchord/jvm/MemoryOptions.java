package io.wasmchord.jvm;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.weights.CachePolicy;

/**
 * How much memory a model may take, and what it does where it needs more.
 *
 * @param budget bytes for weights, keys and values, and scratch; the JVM's own come on top
 * @param prefetch layers that are read ahead of their use
 * @param policy which layers stay in memory
 * @param positions tokens of the longest sequence that will be computed
 * @param kvCache how its keys and values will be stored
 */
public record MemoryOptions(
    long budget, int prefetch, CachePolicy policy, int positions, KvType kvCache) {
  /** Checks the numbers. */
  public MemoryOptions {
    if (budget < 1 || prefetch < 0) {
      throw new InvalidRequestException(
          "the memory budget is "
              + budget
              + " bytes with "
              + prefetch
              + " layers ahead; at least 1 byte and 0 layers are needed");
    }
  }

  /** All weights in memory, whatever they take. */
  public static MemoryOptions unlimited() {
    return new MemoryOptions(Long.MAX_VALUE, 0, CachePolicy.PINNED, 0, KvType.F32);
  }
}
