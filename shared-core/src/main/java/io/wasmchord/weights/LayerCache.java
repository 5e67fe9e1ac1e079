package io.wasmchord.weights;

import io.wasmchord.host.Clock;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps some of a model's layers in slots of memory and brings the others when they are needed, or
 * before: while one layer computes, the next ones are on their way. Layers are used in order, round
 * and round. Not thread-safe: the {@link SlotLoader} may work in the background, but calls come
 * from one thread.
 */
public final class LayerCache {
  private static final int NONE = -1;

  private final List<Long> bytes; // by layer
  private final SlotLoader loader;
  private final Clock clock;
  private final int distance;
  private final int[] slotOf; // by layer
  private final int[] layerIn; // by slot
  private final long[] lastUse; // by slot
  private final boolean[] pinned; // by layer
  private final boolean[] fresh; // by slot: brought ahead of use and not used since
  private int used = NONE; // the layer in use
  private long uses;
  private long hits;
  private long prefetchHits;
  private long late;
  private long misses;
  private long evictions;
  private long bytesRead;
  private long stallNanos;

  /**
   * @param bytes of each layer, as they are read
   * @param slots that layers may lie in, at least 1; as many as layers, and nothing is read twice
   * @param distance how many layers ahead are brought; 0 for none
   */
  public LayerCache(
      List<Long> bytes,
      int slots,
      CachePolicy policy,
      int distance,
      SlotLoader loader,
      Clock clock) {
    int layers = bytes.size();
    if (layers < 1 || slots < 1 || distance < 0) {
      throw new IllegalArgumentException(
          layers + " layers in " + slots + " slots, " + distance + " ahead");
    }
    this.bytes = List.copyOf(bytes);
    this.loader = loader;
    this.clock = clock;
    this.slotOf = new int[layers];
    this.layerIn = new int[Math.min(slots, layers)];
    this.lastUse = new long[layerIn.length];
    this.fresh = new boolean[layerIn.length];
    this.distance = Math.min(distance, layerIn.length - 1); // one slot is in use
    this.pinned = policy == CachePolicy.PINNED ? spread(layers, pins()) : new boolean[layers];
    Arrays.fill(slotOf, NONE);
    Arrays.fill(layerIn, NONE);
  }

  /** Slots that need not pass layers through. */
  private int pins() {
    int passing = layerIn.length == slotOf.length ? 0 : Math.min(layerIn.length, distance + 1);
    return layerIn.length - passing;
  }

  private static boolean[] spread(int layers, int pins) {
    boolean[] pinned = new boolean[layers];
    for (int i = 0; i < layers; i++) {
      pinned[i] = (long) (i + 1) * pins / layers != (long) i * pins / layers;
    }
    return pinned;
  }

  /** Slots that are used. */
  public int slots() {
    return layerIn.length;
  }

  /** Layers that stay for good once they are there. */
  public int pinnedLayers() {
    int count = 0;
    for (boolean p : pinned) {
      count += p ? 1 : 0;
    }
    return count;
  }

  /**
   * Waits until a layer is there and asks for the next ones. It stays until {@link #release}.
   *
   * @return the slot that it lies in
   */
  public int acquire(int layer) {
    if (used != NONE) {
      throw new IllegalStateException("layer " + used + " is still in use");
    }
    used = layer;
    try {
      int slot = slotOf[layer];
      if (slot == NONE) {
        misses++;
        slot = bring(layer);
        waitFor(slot);
      } else if (!loader.arrived(slot)) {
        late++;
        waitFor(slot);
      } else if (fresh[slot]) {
        prefetchHits++;
        loader.await(slot);
      } else {
        hits++;
      }
      fresh[slot] = false;
      lastUse[slot] = ++uses;
      prefetch(layer);
      return slot;
    } catch (RuntimeException e) {
      used = NONE;
      forget(layer);
      throw e;
    }
  }

  /** Ends the use of the layer that was acquired. */
  public void release(int layer) {
    if (used != layer) {
      throw new IllegalStateException("layer " + layer + " is not in use");
    }
    used = NONE;
    prefetch(layer);
  }

  private void waitFor(int slot) {
    long start = clock.nanos();
    try {
      loader.await(slot);
    } finally {
      stallNanos += clock.nanos() - start;
    }
  }

  /** After a failure or an abort: what is in the slot is not known. */
  private void forget(int layer) {
    int slot = slotOf[layer];
    if (slot == NONE) {
      return;
    }
    boolean failed = loader.arrived(slot);
    fresh[slot] = !failed; // or still on its way, for the next attempt
    if (failed) {
      slotOf[layer] = NONE;
      layerIn[slot] = NONE;
    }
  }

  private void prefetch(int layer) {
    for (int ahead = 1; ahead <= distance; ahead++) {
      int next = (layer + ahead) % slotOf.length;
      if (slotOf[next] == NONE) {
        int slot = freeSlot(layer, ahead);
        if (slot == NONE) {
          return;
        }
        put(next, slot);
        fresh[slot] = true;
      }
    }
  }

  private int bring(int layer) {
    int slot = freeSlot(layer, 0);
    if (slot == NONE) {
      slot = freeSlot(layer, -1);
    }
    if (slot == NONE) {
      slot = underWay();
      waitFor(slot); // after an abort everything may be on its way for layers that come later
    }
    put(layer, slot);
    return slot;
  }

  private int underWay() {
    for (int slot = 0; slot < layerIn.length; slot++) {
      if (!pinned[layerIn[slot]]) {
        return slot;
      }
    }
    throw new IllegalStateException("every slot is pinned");
  }

  private void put(int layer, int slot) {
    int old = layerIn[slot];
    if (old != NONE) {
      slotOf[old] = NONE;
      evictions++;
    }
    layerIn[slot] = layer;
    slotOf[layer] = slot;
    bytesRead += bytes.get(layer);
    loader.start(layer, slot);
  }

  /**
   * An empty slot, or the one unused for longest whose layer is not in use, not pinned, not on its
   * way, and not among the {@code ahead} layers that come next; -1 where there is none.
   *
   * @param ahead -1 to take a layer that was brought ahead of its use too
   */
  private int freeSlot(int layer, int ahead) {
    int best = NONE;
    for (int slot = 0; slot < layerIn.length; slot++) {
      int held = layerIn[slot];
      if (held == NONE) {
        return slot;
      }
      boolean wanted = fresh[slot] && ahead >= 0;
      boolean near = Math.floorMod(held - layer, slotOf.length) <= Math.max(0, ahead);
      if (held == used || pinned[held] || wanted || near || !loader.arrived(slot)) {
        continue;
      }
      if (best == NONE || lastUse[slot] < lastUse[best]) {
        best = slot;
      }
    }
    return best;
  }

  /** What happened so far. */
  public LayerCacheStatistics statistics() {
    return new LayerCacheStatistics(
        hits, prefetchHits, late, misses, evictions, bytesRead, stallNanos);
  }
}
