package io.wasmchord.jvm;

import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.weights.CachePolicy;

/**
 * How much memory a model may take, and what it does where it needs more.
 *
 * @param budget bytes for weights, keys and values, and scratch; the JVM's own come on top
 * @param prefetch layers that are read ahead of their use
 * @param policy which layers stay in memory
 * @param positions tokens of the longest sequence that will be computed
 * @param kvCache how its past will be kept
 * @param prefixes bytes for what closed sessions held
 */
record MemoryOptions(
    long budget,
    int prefetch,
    CachePolicy policy,
    int positions,
    CacheOptions kvCache,
    long prefixes) {
  /** Nothing of closed sessions is kept. */
  MemoryOptions(
      long budget, int prefetch, CachePolicy policy, int positions, CacheOptions kvCache) {
    this(budget, prefetch, policy, positions, kvCache, 0);
  }

  /** The same, with some of the budget for something else. */
  MemoryOptions without(long bytes) {
    long left = budget == Long.MAX_VALUE ? budget : Math.max(0, budget - bytes);
    return new MemoryOptions(left, prefetch, policy, positions, kvCache, prefixes);
  }
}
