package io.wasmchord.backend;

import java.util.Collections;
import java.util.List;

/**
 * The shape of a KV cache. A layer with a window can store fewer positions than the sequence has:
 * position p then lies at place {@code p % capacity}, where it replaces the one that lay there. A
 * capacity is a multiple of {@link #RUN}, so a run of positions stays together.
 *
 * @param positions the longest sequence that it holds
 * @param kvHeads key and value heads
 * @param keyDim values in one key head
 * @param valueDim values in one value head
 * @param type how they are stored
 * @param capacities positions that each layer has room for; given as wishes, which are rounded up
 *     to whole runs, but not beyond those of the sequence
 */
public record KvSpec(
    int positions, int kvHeads, int keyDim, int valueDim, KvType type, List<Integer> capacities) {
  /** Positions are stored in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = 16;

  /**
   * Checks that heads divide into the type's blocks.
   *
   * @throws UnsupportedCacheException when they do not
   */
  public KvSpec {
    requireBlocks(type, "keys", keyDim);
    requireBlocks(type, "values", valueDim);
    int most = positions;
    capacities = capacities.stream().map(wish -> runs(Math.min(wish, most))).toList();
  }

  /** A cache whose layers all store the whole sequence. */
  public KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim, KvType type) {
    this(positions, kvHeads, keyDim, valueDim, type, Collections.nCopies(layers, positions));
  }

  /** The same, of float32. */
  public KvSpec(int layers, int positions, int kvHeads, int keyDim, int valueDim) {
    this(layers, positions, kvHeads, keyDim, valueDim, KvType.F32);
  }

  private static int runs(int positions) {
    long whole = ((long) positions + RUN - 1) / RUN * RUN;
    return (int) Math.min(whole, Integer.MAX_VALUE / RUN * RUN);
  }

  private static void requireBlocks(KvType type, String what, int dim) {
    if (dim % type.blockValues() != 0) {
      throw new UnsupportedCacheException(
          "a "
              + type.label()
              + " KV cache takes heads in blocks of "
              + type.blockValues()
              + " values, but this model's "
              + what
              + " have heads of "
              + dim
              + "; use "
              + KvType.F16.label());
    }
  }

  /** Layers that store keys and values. */
  public int layers() {
    return capacities.size();
  }

  /** The part of this for the layers from {@code first} to before {@code end}. */
  public KvSpec part(int first, int end) {
    return new KvSpec(
        positions, kvHeads, keyDim, valueDim, type, List.copyOf(capacities.subList(first, end)));
  }

  /** Positions that a layer has room for, a multiple of {@link #RUN}. */
  public int capacity(int layer) {
    return capacities.get(layer);
  }

  /** Whether a layer forgets positions of a sequence that is as long as can be. */
  public boolean bounded(int layer) {
    return capacity(layer) < positions;
  }

  /** Positions that the layers before {@code layer} have room for, all together. */
  public long placesBefore(int layer) {
    long places = 0;
    for (int i = 0; i < layer; i++) {
      places += capacities.get(i);
    }
    return places;
  }

  /** Positions that all layers have room for. */
  public long places() {
    return placesBefore(layers());
  }

  /** Bytes of one head's key. */
  public long keyBytes() {
    return type.bytes(keyDim);
  }

  /** Bytes of one head's value. */
  public long valueBytes() {
    return type.bytes(valueDim);
  }

  /** Bytes of one layer's keys and values. */
  public long bytes(int layer) {
    return (keyBytes() + valueBytes()) * kvHeads * capacity(layer);
  }

  /** Bytes of the whole cache. */
  public long bytes() {
    return (keyBytes() + valueBytes()) * kvHeads * places();
  }
}
