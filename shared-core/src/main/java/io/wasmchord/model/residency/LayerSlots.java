package io.wasmchord.model.residency;

import io.wasmchord.bytes.Memory;
import io.wasmchord.host.Clock;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.LayerCache;
import io.wasmchord.weights.SlotLoader;
import java.util.List;
import java.util.function.IntConsumer;

/** Slots of memory that a model's layers pass through, fewer than there are layers. */
public final class LayerSlots {
  private final LayerMap map;
  private final List<Memory> memories;
  private final LayerCache cache;
  private IntConsumer reload = slot -> {};

  /**
   * @param memories one for each slot, of {@link LayerMap#slotBytes}, of the backend's kind of
   *     memory
   * @param distance layers that are brought ahead of their use
   */
  public LayerSlots(
      LayerMap map, List<Memory> memories, CachePolicy policy, int distance, SlotLoader loader) {
    this.map = map;
    this.memories = List.copyOf(memories);
    this.cache =
        new LayerCache(
            map.bytes(), memories.size(), policy, distance, watched(loader), Clock.system());
  }

  private SlotLoader watched(SlotLoader loader) {
    return new SlotLoader() {
      @Override
      public void start(int layer, int slot) {
        reload.accept(slot);
        loader.start(layer, slot);
      }

      @Override
      public boolean arrived(int slot) {
        return loader.arrived(slot);
      }

      @Override
      public void await(int slot) {
        loader.await(slot);
      }
    };
  }

  public LayerMap map() {
    return map;
  }

  public List<Memory> memories() {
    return memories;
  }

  /** What decides which layers lie in which slots. */
  public LayerCache cache() {
    return cache;
  }

  /** Sets what is called before a slot is overwritten. */
  public void onReload(IntConsumer listener) {
    reload = listener;
  }
}
