package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The weights that a model has bound. Another model over the same bytes on the same backend takes
 * them where both have the same tensor: some backends repack weights in place, which must happen
 * once.
 */
public final class BoundWeights {
  private final GgufFile file;
  private final Map<String, Tensor> bound;

  /**
   * @param bound by name of tensor or slice
   */
  BoundWeights(GgufFile file, Map<String, Tensor> bound) {
    this.file = file;
    this.bound = Map.copyOf(bound);
  }

  /** A tensor of another header, or a slice of it, as it is bound; null where it is not. */
  @Nullable Tensor of(TensorInfo tensor, String key) {
    return file.has(tensor) ? bound.get(key) : null;
  }

  /** Whether the model has a tensor of another header too, and leaves it where it is. */
  public boolean leaves(TensorInfo tensor) {
    return file.has(tensor) && !bound.containsKey(tensor.name());
  }
}
