package io.wasmchord.backend;

import io.wasmchord.errors.UnsupportedCacheException;
import java.util.Collections;
import java.util.List;

/**
 * The shape of a KV cache. A layer keeps keys and values, or, where it is no attention, a row of
 * float32 values of each position; see {@link KvCache#rows}. A layer with a sliding window can
 * store fewer positions than the sequence has: position p then lies in cell {@code p % capacity},
 * where it replaces the one that lay there. A capacity is a multiple of {@link #RUN}, so a run of
 * positions stays together.
 *
 * @param positions the longest sequence that it holds
 * @param kvHeads key and value heads
 * @param keyDim values in one key head
 * @param valueDim values in one value head
 * @param type how they are stored
 * @param capacities cells that each layer has; given as wishes, which are rounded up to whole runs,
 *     but not beyond those of the sequence
 * @param widths values in a layer's rows; 0 where it keeps keys and values
 */
public record KvSpec(
    int positions,
    int kvHeads,
    int keyDim,
    int valueDim,
    KvType type,
    List<Integer> capacities,
    List<Integer> widths) {
  /** Positions are stored in runs of this many, the lanes of the softmax's sum. */
  public static final int RUN = 16;

  /**
   * Checks that heads divide into the type's blocks.
   *
   * @throws UnsupportedCacheException when they do not
   * @throws IllegalArgumentException when there are not as many widths as capacities
   */
  public KvSpec {
    requireBlocks(type, "keys", keyDim);
    requireBlocks(type, "values", valueDim);
    int most = positions;
    capacities = capacities.stream().map(wish -> runs(Math.min(wish, most))).toList();
    widths = List.copyOf(widths);
    if (widths.size() != capacities.size()) {
      throw new IllegalArgumentException(
          widths.size() + " widths of " + capacities.size() + " layers");
    }
  }

  /** A cache whose layers all keep keys and values. */
  public KvSpec(
      int positions, int kvHeads, int keyDim, int valueDim, KvType type, List<Integer> capacities) {
    this(
        positions,
        kvHeads,
        keyDim,
        valueDim,
        type,
        capacities,
        Collections.nCopies(capacities.size(), 0));
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

  /** Layers, of either kind. */
  public int layers() {
    return capacities.size();
  }

  /** The part of this for the layers from {@code first} to before {@code end}. */
  public KvSpec part(int first, int end) {
    return new KvSpec(
        positions,
        kvHeads,
        keyDim,
        valueDim,
        type,
        capacities.subList(first, end),
        widths.subList(first, end));
  }

  /** Cells that a layer has, a multiple of {@link #RUN}. */
  public int capacity(int layer) {
    return capacities.get(layer);
  }

  /** Whether a layer forgets positions of a sequence that is as long as can be. */
  public boolean bounded(int layer) {
    return capacity(layer) < positions;
  }

  /** Cells for keys and values of the layers before {@code layer}, all together. */
  public long cellsBefore(int layer) {
    long cells = 0;
    for (int i = 0; i < layer; i++) {
      cells += width(i) == 0 ? capacity(i) : 0;
    }
    return cells;
  }

  /** Cells for keys and values of all layers. */
  public long cells() {
    return cellsBefore(layers());
  }

  /** Values in the rows of a layer, or 0 where it keeps keys and values. */
  public int width(int layer) {
    return widths.get(layer);
  }

  /**
   * The same of a layer that keeps rows.
   *
   * @throws IllegalArgumentException when it keeps keys and values
   */
  public int requireWidth(int layer) {
    if (width(layer) == 0) {
      throw new IllegalArgumentException("layer " + layer + " keeps keys and values");
    }
    return width(layer);
  }

  /** Bytes of the rows of the layers before {@code layer}, all together. */
  public long rowBytesBefore(int layer) {
    long bytes = 0;
    for (int i = 0; i < layer; i++) {
      bytes += 4L * width(i) * capacity(i);
    }
    return bytes;
  }

  /** Bytes of the rows of all layers. */
  public long rowBytes() {
    return rowBytesBefore(layers());
  }

  /** Bytes of one head's key. */
  public long keyBytes() {
    return type.bytes(keyDim);
  }

  /** Bytes of one head's value. */
  public long valueBytes() {
    return type.bytes(valueDim);
  }

  /** Bytes of one layer's keys and values, or of its rows. */
  public long bytes(int layer) {
    return width(layer) == 0
        ? (keyBytes() + valueBytes()) * kvHeads * capacity(layer)
        : 4L * width(layer) * capacity(layer);
  }

  /** Bytes of the whole cache. */
  public long bytes() {
    return (keyBytes() + valueBytes()) * kvHeads * cells() + rowBytes();
  }
}
