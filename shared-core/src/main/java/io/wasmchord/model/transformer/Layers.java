package io.wasmchord.model.transformer;

import io.wasmchord.model.tensors.LayerWeights;
import java.util.List;

/** The weights of a transformer's blocks, all in memory or brought when they are needed. */
interface Layers {
  /** Waits until a layer's weights are there; they stay until {@link #release}. */
  LayerWeights acquire(int layer);

  /** Whether commands that use the layer must have run before the next layer is acquired. */
  boolean passing(int layer);

  /** Ends the use of an acquired layer, whose commands have run if it is {@link #passing}. */
  void release(int layer);

  /** All layers at once. */
  static Layers resident(List<LayerWeights> layers) {
    List<LayerWeights> all = List.copyOf(layers);
    return new Layers() {
      @Override
      public LayerWeights acquire(int layer) {
        return all.get(layer);
      }

      @Override
      public boolean passing(int layer) {
        return false;
      }

      @Override
      public void release(int layer) {}
    };
  }
}
