package io.wasmchord.model.transformer;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.tensors.WeightBinder.Part;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the weights that a model computes with are of its file. */
final class BoundParts {
  private final Map<Tensor, Part> staying;
  private final Map<Tensor, Part> passing = new IdentityHashMap<>(); // of layers in slots

  /**
   * @param staying by identity; may grow
   */
  BoundParts(Map<Tensor, Part> staying) {
    this.staying = staying;
  }

  void bound(Map<Tensor, Part> more) {
    passing.putAll(more);
  }

  void unbound(Collection<Tensor> gone) {
    gone.forEach(passing::remove);
  }

  @Nullable Part of(Tensor weight) {
    Part part = staying.get(weight);
    return part == null ? passing.get(weight) : part;
  }
}
