package io.wasmchord.model;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.SlotLoader;
import java.util.ArrayList;
import java.util.List;

/** Copies layers at once, over whatever was in the slot. */
record CopiedSlots(LayerMap map, HeapWeights source, List<Memory> slots) implements SlotLoader {
  /** So many slots for the layers of {@code source}. */
  static LayerSlots of(
      LayerMap map, HeapWeights source, int count, CachePolicy policy, int distance) {
    List<Memory> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(HeapMemory.ofSize((int) map.slotBytes()));
    }
    return new LayerSlots(map, slots, policy, distance, new CopiedSlots(map, source, slots));
  }

  @Override
  public void start(int layer, int slot) {
    for (LayerMap.SlotRange p : map.ranges(layer)) {
      slots.get(slot).putAll(p.slotOffset(), source.view(p.fileOffset(), p.bytes()));
    }
  }

  @Override
  public boolean arrived(int slot) {
    return true;
  }

  @Override
  public void await(int slot) {}
}
