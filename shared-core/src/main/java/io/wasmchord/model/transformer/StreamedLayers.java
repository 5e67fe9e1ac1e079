package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.TensorParts;
import io.wasmchord.model.tensors.WeightBinder;
import io.wasmchord.weights.WeightSource;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Layers that pass through slots of memory. */
final class StreamedLayers implements Layers {
  private final GgufFile file;
  private final Architecture architecture;
  private final ModelConfig config;
  private final ComputeBackend backend;
  private final LayerSlots slots;
  private final TensorParts parts;
  private final @Nullable Bound[] bound; // by layer, as long as its slot holds it
  private final int[] boundIn; // by slot: its layer, -1 for none

  private record Bound(LayerWeights weights, Collection<Tensor> tensors) {}

  StreamedLayers(
      GgufFile file,
      Architecture architecture,
      ModelConfig config,
      ComputeBackend backend,
      LayerSlots slots,
      TensorParts parts) {
    this.file = file;
    this.architecture = architecture;
    this.config = config;
    this.backend = backend;
    this.slots = slots;
    this.parts = parts;
    this.bound = new Bound[config.layers()];
    this.boundIn = new int[slots.memories().size()];
    Arrays.fill(boundIn, -1);
    slots.onReload(this::unbind);
  }

  @Override
  public LayerWeights acquire(int layer) {
    int slot = slots.cache().acquire(layer);
    Bound there = bound[layer];
    if (there == null) {
      there = bind(layer, slot);
      bound[layer] = there;
      boundIn[slot] = layer;
    }
    return there.weights;
  }

  private Bound bind(int layer, int slot) {
    WeightSource source = slots.map().source(file.fileName(), layer, slots.memories().get(slot));
    WeightBinder binder = new WeightBinder(file, source, backend, RunControl.NONE);
    LayerWeights weights = LayerWeights.bind(binder, architecture, config, layer);
    parts.putAll(binder.parts());
    return new Bound(weights, binder.tensors());
  }

  /** Forgets the weights in a slot, which is about to be overwritten. */
  private void unbind(int slot) {
    int layer = boundIn[slot];
    if (layer >= 0) {
      Bound gone = bound[layer];
      if (gone != null) {
        parts.remove(gone.tensors);
        gone.tensors.forEach(backend::release);
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
