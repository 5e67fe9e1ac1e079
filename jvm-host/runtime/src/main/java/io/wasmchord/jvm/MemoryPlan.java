package io.wasmchord.jvm;

import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.ActivationPlan;
import io.wasmchord.model.CacheShape;
import io.wasmchord.model.ModelConfig;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.weights.LayerMap;
import java.util.List;

/**
 * What a model will take of its memory budget; known from its header alone. What lies on the Java
 * heap while it computes comes on top.
 *
 * @param weights bytes of all weights, in the mapped file; interleaved copies take their place
 * @param outside bytes of those that belong to no layer and stay in memory
 * @param kvCache bytes of keys and values
 * @param scratch bytes of everything else: activations, logits, what threads write to
 * @param slots through which layers pass, or 0 where all stay in memory
 * @param slotBytes bytes of each
 */
public record MemoryPlan(
    long weights, long outside, long kvCache, long scratch, int slots, long slotBytes) {
  private static final String OUTPUT = "output.weight";
  private static final String EMBEDDING = "token_embd.weight";
  private static final int ALIGNMENT = 64;

  /**
   * Plans a load.
   *
   * @param batch tokens that are fed together
   * @param threads that have native memory of their own; 0 for the scalar backend
   * @throws OutOfMemoryException when not even one layer at a time fits the budget
   */
  static MemoryPlan of(GgufFile file, MemoryOptions options, int batch, int threads) {
    ModelConfig config = ModelLoader.inspect(file);
    LayerMap map = LayerMap.of(file, config.layers());
    long slotBytes = (map.slotBytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    long outside = outside(file).stream().mapToLong(t -> t.bytes() + ALIGNMENT).sum();
    int positions = Math.min(options.positions(), config.contextLength());
    long kvCache = CacheShape.of(config, positions, options.kvCache(), batch).bytes();
    long own = threads == 0 ? 0 : threads * VectorBackend.THREAD_BYTES; // 0 where it has no module
    long scratch = ActivationPlan.first(config, batch).bytes(ALIGNMENT) + own;
    int slots = 0;
    if (file.dataBytes() + kvCache + scratch > options.budget()) {
      scratch = ActivationPlan.streamed(file, config, batch).bytes(ALIGNMENT) + own;
      long fixed = outside + kvCache + scratch;
      slots = (int) Math.min(config.layers(), (options.budget() - fixed) / slotBytes);
      if (slots < 1) {
        throw tooLarge(file, options, positions, fixed + slotBytes);
      }
    }
    return new MemoryPlan(file.dataBytes(), outside, kvCache, scratch, slots, slotBytes);
  }

  /**
   * The tensors that stay in memory: those of no layer, but an embedding that is only looked up.
   */
  static List<TensorInfo> outside(GgufFile file) {
    boolean tied = file.tensor(OUTPUT) == null;
    return file.tensors().stream()
        .filter(t -> LayerMap.layerOf(t.name()) < 0)
        .filter(t -> tied || !t.name().equals(EMBEDDING))
        .toList();
  }

  private static OutOfMemoryException tooLarge(
      GgufFile file, MemoryOptions options, int positions, long least) {
    return new OutOfMemoryException(
        file.fileName()
            + " needs a memory budget of at least "
            + least
            + " bytes ("
            + (least + (1 << 20) - 1) / (1 << 20)
            + "m) with a context of "
            + positions
            + " tokens, one layer at a time; "
            + options.budget()
            + " are granted: grant more, or choose a shorter context or a smaller KV cache"
            + " (--kv-cache)");
  }

  boolean streamed() {
    return slots > 0;
  }

  /** Bytes while the model computes. */
  public long total() {
    return (streamed() ? outside + slots * slotBytes : weights) + kvCache + scratch;
  }
}
