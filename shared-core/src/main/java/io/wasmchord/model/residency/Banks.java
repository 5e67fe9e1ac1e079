package io.wasmchord.model.residency;

import io.wasmchord.backend.ComputeBackend;
import java.util.List;

/**
 * The backends that share a model's layers, each with whole layers in a memory of its own. Only the
 * hidden state crosses from one to the next.
 *
 * @param backends the first one has everything that is no layer
 * @param layers which layers each has
 */
public record Banks(List<ComputeBackend> backends, LayerGroups layers) {
  /** Checks that there is a group of layers for each backend. */
  public Banks {
    backends = List.copyOf(backends);
    if (backends.size() != layers.size()) {
      throw new IllegalArgumentException(
          backends.size() + " backends for " + layers.size() + " groups of layers");
    }
  }

  /** One backend for all {@code layers} layers. */
  public static Banks one(ComputeBackend backend, int layers) {
    return new Banks(List.of(backend), LayerGroups.one(layers));
  }
}
