package io.wasmchord.web;

import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.weights.SlotLoader;

/** Layers that the host reads into slots. */
record HostSlots(LayerMap map, String name) implements SlotLoader {
  @Override
  public long bytes(int layer) {
    return map.bytes(layer);
  }

  @Override
  public void start(int layer, int slot) {
    Host.startLayer(layer, slot);
  }

  @Override
  public boolean arrived(int slot) {
    return Host.layerArrived(slot) != 0;
  }

  @Override
  public void await(int slot) {
    Storage.check(Host.awaitLayer(slot), name);
  }
}
