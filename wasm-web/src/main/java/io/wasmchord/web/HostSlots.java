package io.wasmchord.web;

import io.wasmchord.weights.SlotLoader;

/**
 * Layers that the host reads into slots.
 *
 * @param name of the model, for messages
 */
record HostSlots(String name) implements SlotLoader {
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
    HostMemory.check(Host.awaitLayer(slot), name);
  }
}
