package io.wasmchord.web;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationPlan;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.web.simd.SimdBuffers;
import java.util.List;

/** What will propose tokens beside a model, in the first memory. */
sealed interface PlannedProposer permits PlannedDraft, PlannedHead {
  /** How far apart what is allocated begins. */
  int ALIGNMENT = 64;

  /** Bytes that it takes: weights of its own, a cache for each sequence, scratch. */
  long bytes();

  /**
   * What it takes but for its weights.
   *
   * @param tensors that are its own
   * @param config of it
   * @param batch tokens that are fed together
   * @param model the one that it proposes for
   */
  static long besideWeights(
      List<TensorInfo> tensors,
      ModelConfig config,
      int batch,
      ModelConfig model,
      LoadRequest request) {
    int context = Math.min(request.context(model), config.contextLength());
    KvSpec cache = CacheShape.of(config, context, request.cache(), batch);
    return request.parallel(model) * cache.bytes()
        + ActivationPlan.first(config, batch).bytes(ALIGNMENT)
        + new SimdBuffers(tensors, config, cache, config.layers(), batch, 1)
            .bytes(request.threads());
  }

  /**
   * Sees to it that something is left for the model.
   *
   * @param what it is, for the message
   */
  static void requireRoom(String what, long bytes, LoadRequest request) {
    if (bytes >= Math.min(request.limit(), request.bankBytes())) {
      throw new OutOfMemoryException(
          what
              + " takes "
              + bytes
              + " bytes, and "
              + request.limit()
              + " are granted; leave it out, or choose a smaller one");
    }
  }
}
