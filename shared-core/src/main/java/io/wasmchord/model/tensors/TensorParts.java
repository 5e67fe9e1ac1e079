package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What bound tensors are of their file; the same tensor is one object. */
public final class TensorParts {
  private final Map<Same, Part> parts = new HashMap<>();

  /**
   * Some rows of a file's tensor.
   *
   * @param name of the file's tensor
   * @param from the first of its rows
   * @param rows how many
   */
  public record Part(String name, int from, int rows) {}

  /** A tensor by identity. */
  private static final class Same {
    private final Tensor tensor;

    Same(Tensor tensor) {
      this.tensor = tensor;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Same same && same.tensor == tensor;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(tensor);
    }
  }

  void put(Tensor tensor, Part part) {
    parts.put(new Same(tensor), part);
  }

  /** Adds all of others. */
  public void putAll(TensorParts others) {
    parts.putAll(others.parts);
  }

  /** Forgets tensors. */
  public void remove(Collection<Tensor> tensors) {
    tensors.forEach(tensor -> parts.remove(new Same(tensor)));
  }

  /** What a tensor is, or null where it is not known. */
  public @Nullable Part of(Tensor tensor) {
    return parts.get(new Same(tensor));
  }
}
