package io.wasmchord.jvm;

import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationPlan;
import io.wasmchord.model.residency.CacheShape;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.Residency;

/**
 * What a model will take of its memory budget; known from its header alone. Weights that all stay
 * lie in the mapped file; interleaved copies take their place, or not where they are larger and
 * there is no room for that. What lies on the Java heap while it computes comes on top.
 */
public final class MemoryPlan {
  private static final int ALIGNMENT = 64;

  private MemoryPlan() {}

  /**
   * Plans a load.
   *
   * @param batch tokens that are fed together
   * @param threads that have native memory of their own; 0 for the scalar backend
   * @throws OutOfMemoryException when not even one layer at a time fits the budget
   */
  static Footprint of(Residency model, MemoryOptions options, int batch, int threads) {
    ModelConfig config = model.config();
    int positions = Math.min(options.positions(), config.contextLength());
    long kvCache = CacheShape.of(config, positions, options.kvCache(), batch).bytes();
    long own = threads == 0 ? 0 : threads * VectorBackend.THREAD_BYTES; // 0 where it has no module
    long all = ActivationPlan.first(config, batch).bytes(ALIGNMENT) + own;
    Footprint whole = Footprint.whole(model, ALIGNMENT, kvCache, all);
    if (whole.total() <= options.budget()) {
      return whole;
    }
    long scratch = ActivationPlan.streamed(model, batch).bytes(ALIGNMENT) + own;
    Footprint streamed = Footprint.streamed(model, ALIGNMENT, kvCache, scratch, options.budget());
    if (streamed.total() > options.budget()) {
      throw tooLarge(model.file().fileName(), options.budget(), positions, streamed.total());
    }
    return streamed;
  }

  /** By how much the copies of a model's matrices are larger than the matrices. */
  static long growth(Residency model) {
    long bytes = 0;
    for (TensorInfo tensor : model.file().tensors()) {
      if (tensor.shape().size() > 1) {
        bytes += VectorBackend.growth(tensor.type(), tensor.rows(), tensor.cols());
      }
    }
    return bytes;
  }

  private static OutOfMemoryException tooLarge(
      String name, long budget, int positions, long least) {
    return new OutOfMemoryException(
        name
            + " needs a memory budget of at least "
            + least
            + " bytes ("
            + (least + (1 << 20) - 1) / (1 << 20)
            + "m) with a context of "
            + positions
            + " tokens, one layer at a time; "
            + budget
            + " are granted: grant more, or choose a shorter context or a smaller KV cache"
            + " (--kv-cache)");
  }
}
