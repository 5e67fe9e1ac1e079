package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.Scratch;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive layers on one backend.
 *
 * @param first the first of them
 * @param end the layer after the last
 * @param scratch the activations of a batch there
 */
record Section(ComputeBackend backend, int first, int end, Scratch scratch) {
  static List<Section> of(Banks banks, ModelConfig config, int maxBatch) {
    List<Section> sections = new ArrayList<>();
    int layer = 0;
    for (int i = 0; i < banks.backends().size(); i++) {
      ComputeBackend backend = banks.backends().get(i);
      int end = layer + banks.layers().get(i);
      sections.add(
          new Section(
              backend, layer, end, Scratch.of(config, maxBatch, Scratch.Source.of(backend))));
      layer = end;
    }
    if (layer != config.layers()) {
      throw new IllegalArgumentException(layer + " of " + config.layers() + " layers have a place");
    }
    return List.copyOf(sections);
  }

  /** Overwrites an activation. */
  void write(Tensor tensor, float[] values) {
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
  }
}
