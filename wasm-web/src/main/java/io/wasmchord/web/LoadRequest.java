package io.wasmchord.web;

import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.weights.CachePolicy;

/**
 * What the caller of a load asked for.
 *
 * @param contextLength tokens, or 0 for the model's own, of a decoder at most {@link
 *     #DEFAULT_CONTEXT}
 * @param cache how a conversation's past is kept
 * @param granted bytes that the browser is thought to grant
 * @param budget bytes that all of the engine's memory may take, or 0 for {@code granted}
 * @param bankBytes bytes of one WebAssembly memory
 * @param policy which layers stay, where not all fit
 * @param distance layers that are brought ahead of their use
 * @param threads that compute
 * @param parallel sequences that are computed together, each with a cache of its own
 * @param head whether the model's own block that predicts further tokens is loaded
 * @param gpuLayers layers that the GPU computes, from the first on, and with them what belongs to
 *     no layer; 0 for none, {@link #ALL_LAYERS} for all
 */
record LoadRequest(
    int contextLength,
    CacheOptions cache,
    long granted,
    long budget,
    long bankBytes,
    CachePolicy policy,
    int distance,
    int threads,
    int parallel,
    boolean head,
    int gpuLayers) {
  /** All that there are. */
  static final int ALL_LAYERS = Integer.MAX_VALUE;

  private static final int DEFAULT_CONTEXT = 4096;

  /** The same with so many bytes for something else, in the first memory. */
  LoadRequest without(long bytes) {
    return new LoadRequest(
        contextLength,
        cache,
        granted - bytes,
        budget == 0 ? 0 : budget - bytes,
        bankBytes - bytes,
        policy,
        distance,
        threads,
        parallel,
        head,
        gpuLayers);
  }

  /** Tokens of context. An encoder's cost little: it keeps those of one layer alone. */
  int context(ModelConfig config) {
    int trained = config.contextLength();
    int own = config.encoder() ? trained : Math.min(trained, DEFAULT_CONTEXT);
    return contextLength == 0 ? own : contextLength;
  }

  /** Sequences that have a cache; texts of an encoder are in one. */
  int parallel(ModelConfig config) {
    return config.encoder() ? 1 : parallel;
  }

  /** Whether the GPU computes all layers. */
  boolean onGpu() {
    return gpuLayers > 0;
  }

  /** Bytes that must not be exceeded. */
  long limit() {
    return budget == 0 ? granted : budget;
  }
}
