package io.wasmchord.model;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.weights.WeightSource;
import org.jspecify.annotations.Nullable;

/** Layers that pass through slots of memory. */
final class StreamedLayers implements Layers {
  private final GgufFile file;
  private final ModelConfig config;
  private final ComputeBackend backend;
  private final LayerSlots slots;
  private final @Nullable LayerWeights[] bound; // by layer, as long as its slot holds it
  private final int[] boundIn; // by slot: its layer, -1 for none

  StreamedLayers(GgufFile file, ModelConfig config, ComputeBackend backend, LayerSlots slots) {
    this.file = file;
    this.config = config;
    this.backend = backend;
    this.slots = slots;
    this.bound = new LayerWeights[config.layers()];
    this.boundIn = new int[slots.memories().size()];
    java.util.Arrays.fill(boundIn, -1);
    slots.onReload(this::unbind);
  }

  @Override
  public LayerWeights acquire(int layer) {
    int slot = slots.cache().acquire(layer);
    LayerWeights weights = bound[layer];
    if (weights == null) {
      weights = bind(layer, slot);
      bound[layer] = weights;
      boundIn[slot] = layer;
    }
    return weights;
  }

  private LayerWeights bind(int layer, int slot) {
    WeightSource source = slots.map().source(file.fileName(), layer, slots.memories().get(slot));
    return LayerWeights.bind(
        new WeightBinder(file, source, backend, RunControl.NONE), config, layer);
  }

  /** Forgets the weights in a slot, which is about to be overwritten. */
  private void unbind(int slot) {
    int layer = boundIn[slot];
    if (layer >= 0) {
      LayerWeights weights = bound[layer];
      if (weights != null) {
        for (Tensor tensor : weights.tensors()) {
          backend.release(tensor);
        }
      }
      bound[layer] = null;
      boundIn[slot] = -1;
    }
  }

  @Override
  public boolean passing(int layer) {
    return true;
  }

  @Override
  public void release(int layer) {
    slots.cache().release(layer);
  }
}
