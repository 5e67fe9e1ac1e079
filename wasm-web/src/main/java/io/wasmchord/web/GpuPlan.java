package io.wasmchord.web;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationPlan;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.gpu.GpuBackend;
import java.util.List;

/**
 * What of a model lies on the GPU: layers from the first on, and what belongs to no layer.
 *
 * @param layers how many
 * @param weights bytes
 * @param kvCache bytes of the caches of all sequences
 * @param scratch bytes of activations
 */
record GpuPlan(int layers, long weights, long kvCache, long scratch) {
  private static final long BUFFER_ALIGNMENT = 256;
  private static final int ALIGNMENT = 64;
  private static final long SMALL = 1 << 18; // values

  /**
   * Plans a GPU's part.
   *
   * @param tensors that belong to it
   * @param cache its layers', of one sequence
   */
  static GpuPlan of(
      ModelConfig config,
      List<TensorInfo> tensors,
      KvSpec cache,
      LayerGroups groups,
      int sequences,
      int batch) {
    long weights =
        tensors.stream()
            .filter(tensor -> !staysWithEngine(tensor))
            .mapToLong(tensor -> tensor.bytes() + BUFFER_ALIGNMENT)
            .sum();
    return new GpuPlan(
        groups.counts().getFirst(),
        weights,
        sequences * GpuBackend.cacheBytes(cache),
        2 * ActivationPlan.first(config, batch).bytes(ALIGNMENT)); // it grows by doubling
  }

  /** Whether the engine's own memory keeps a tensor: short ones are read there, too. */
  static boolean staysWithEngine(TensorInfo tensor) {
    return tensor.type() == TensorType.F32 && (tensor.rows() == 1 || tensor.elements() <= SMALL);
  }

  /** How many of the layers, where some must stay together. */
  static int layers(ModelConfig config, int wanted) {
    int layers = 0;
    while (layers < config.layers() && layers + config.together(layers) <= wanted) {
      layers += config.together(layers);
    }
    return layers;
  }

  long total() {
    return weights + kvCache + scratch;
  }

  JsonObject describe() {
    return JsonObject.builder()
        .put("layers", layers)
        .put("weightBytes", weights)
        .put("kvCacheBytes", kvCache)
        .put("scratchBytes", scratch)
        .put("totalBytes", total())
        .build();
  }
}
