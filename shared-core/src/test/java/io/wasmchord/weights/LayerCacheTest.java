package io.wasmchord.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.WeightsUnavailableException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which layers are read, and when. */
class LayerCacheTest {
  private static final long BYTES = 100;

  /** A loader whose reads end when they are waited for, or at once. */
  private static final class Reads implements SlotLoader {
    private final boolean quick;
    private final int[] layers = new int[64];
    private final Set<Integer> underWay = new HashSet<>();
    private RuntimeException failure;
    private long nanos;

    Reads(boolean quick) {
      this.quick = quick;
      Arrays.fill(layers, -1);
    }

    @Override
    public void start(int layer, int slot) {
      assertTrue(underWay.add(slot) || quick, "two reads into slot " + slot);
      layers[slot] = layer;
    }

    @Override
    public boolean arrived(int slot) {
      return quick || !underWay.contains(slot);
    }

    @Override
    public void await(int slot) {
      nanos += 5;
      if (failure != null) {
        RuntimeException thrown = failure;
        failure = null;
        if (!(thrown instanceof CancelledException)) {
          underWay.remove(slot);
        }
        throw thrown;
      }
      underWay.remove(slot);
    }
  }

  private static LayerCache cache(
      Reads reads, int layers, int slots, CachePolicy policy, int distance) {
    return new LayerCache(
        Collections.nCopies(layers, BYTES), slots, policy, distance, reads, () -> reads.nanos);
  }

  private static void pass(LayerCache cache, Reads reads, int layers) {
    for (int layer = 0; layer < layers; layer++) {
      int slot = cache.acquire(layer);
      assertEquals(layer, reads.layers[slot]);
      assertTrue(reads.arrived(slot));
      cache.release(layer);
    }
  }

  private static LayerCacheStatistics passes(
      int layers, int slots, CachePolicy policy, int distance, int passes) {
    Reads reads = new Reads(false);
    LayerCache cache = cache(reads, layers, slots, policy, distance);
    for (int i = 0; i < passes; i++) {
      pass(cache, reads, layers);
    }
    return cache.statistics();
  }

  @Test
  void inACycleTheLeastRecentlyUsedLayerIsTheOneWantedNext() {
    LayerCacheStatistics lru = passes(10, 6, CachePolicy.LRU, 0, 11);
    assertEquals(0, lru.hits());
    assertEquals(110, lru.misses());
    LayerCacheStatistics pinned = passes(10, 6, CachePolicy.PINNED, 0, 11);
    assertEquals(5 * 10, pinned.hits());
    assertEquals(10 + 5 * 10, pinned.misses());
    assertEquals(pinned.misses() * BYTES, pinned.bytesRead());
    assertEquals(pinned.misses() * 5, pinned.stallNanos());
    assertEquals(pinned.misses() - 6, pinned.evictions());
  }

  @Test
  void prefetchedLayersAreCountedAsSuch() {
    Reads reads = new Reads(true);
    LayerCache cache = cache(reads, 8, 4, CachePolicy.PINNED, 1);
    assertEquals(2, cache.pinnedLayers());
    pass(cache, reads, 8);
    long before = cache.statistics().bytesRead();
    pass(cache, reads, 8);
    LayerCacheStatistics s = cache.statistics();
    assertEquals(1, s.misses()); // the very first
    assertEquals(0, s.late());
    assertEquals(5, s.stallNanos());
    assertEquals(2, s.hits());
    assertEquals(6 * BYTES, s.bytesRead() - before);
    assertEquals(16, s.hits() + s.prefetchHits() + s.misses());
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberOfSlotsWorks(CachePolicy policy) {
    for (int slots = 1; slots <= 9; slots++) {
      for (int distance = 0; distance <= 4; distance++) {
        LayerCacheStatistics s = passes(8, slots, policy, distance, 3);
        assertEquals(24, s.hits() + s.prefetchHits() + s.late() + s.misses());
        if (slots >= 8) {
          assertEquals(8 * BYTES, s.bytesRead());
          assertEquals(0, s.evictions());
        }
      }
    }
  }

  @Test
  void aFailureIsReportedAndTheLayerIsReadAgain() {
    Reads reads = new Reads(false);
    LayerCache cache = cache(reads, 4, 2, CachePolicy.PINNED, 1);
    pass(cache, reads, 2);
    reads.failure = new WeightsUnavailableException("the disk is gone");
    assertThrows(WeightsUnavailableException.class, () -> cache.acquire(2));
    pass(cache, reads, 4);
  }

  @Test
  void anAbortLeavesTheReadUnderWay() {
    for (int slots = 1; slots <= 4; slots++) {
      Reads reads = new Reads(false);
      LayerCache cache = cache(reads, 6, slots, CachePolicy.PINNED, 2);
      for (int stop = 0; stop < 6; stop++) {
        pass(cache, reads, stop);
        reads.failure = new CancelledException("stop");
        try {
          cache.acquire(stop);
          cache.release(stop);
          reads.failure = null;
        } catch (CancelledException expected) {
          // the layer was not there yet
        }
        pass(cache, reads, 6);
      }
    }
  }
}
