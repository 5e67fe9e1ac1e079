package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.model.config.Lightning;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Consecutive layers on one backend.
 *
 * @param first the first of them
 * @param end the layer after the last
 * @param scratch the activations of a batch there
 */
record Section(ComputeBackend backend, int first, int end, ActivationBuffers scratch) {
  static List<Section> of(Banks banks, ModelConfig config, int maxBatch) {
    LayerGroups groups = banks.layers();
    if (groups.layers() != config.layers()) {
      throw new IllegalArgumentException(
          groups.layers() + " of " + config.layers() + " layers have a place");
    }
    boolean divided =
        groups.counts().stream().anyMatch(count -> count > 0 && count < config.layers());
    if (config.rare().loops().exist() && divided) {
      throw new IllegalArgumentException("layers that tokens come back to are in several memories");
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      ComputeBackend backend = banks.backends().get(i);
      ActivationBuffers scratch =
          ActivationBuffers.of(config, maxBatch, ActivationBuffers.Source.of(backend));
      Section section = new Section(backend, groups.first(i), groups.end(i), scratch);
      scratch.constants().values(config, section::write);
      if (scratch.lightning() != null) {
        section.write(scratch.lightning().decays(), Lightning.decays(config));
      }
      sections.add(section);
    }
    return List.copyOf(sections);
  }

  /** Writes the biases of layers' scores. */
  void writeBiases(Map<Integer, float[]> values) {
    scratch
        .constants()
        .biases()
        .forEach((layer, tensor) -> write(tensor, Objects.requireNonNull(values.get(layer))));
  }

  /** Overwrites an activation. */
  void write(Tensor tensor, float[] values) {
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
  }
}
