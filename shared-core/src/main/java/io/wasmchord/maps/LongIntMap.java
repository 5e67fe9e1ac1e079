package io.wasmchord.maps;

/**
 * A hash map from long to non-negative int, without boxing. It holds as many keys as it was made
 * for.
 */
public final class LongIntMap {
  public static final int ABSENT = -1;

  private final Scatter scatter;
  private final long[] keys;
  private final int[] valuesPlusOne;
  private final int mask;

  /** An empty map for up to {@code keys} keys. */
  public LongIntMap(int keys) {
    this(keys, Scatter.OF_THIS_RUN);
  }

  LongIntMap(int keys, Scatter scatter) {
    this.scatter = scatter;
    int capacity = Math.max(4, Integer.highestOneBit(Math.max(1, keys)) * 4);
    this.keys = new long[capacity];
    this.valuesPlusOne = new int[capacity];
    this.mask = capacity - 1;
  }

  private int slot(long key) {
    int slot = scatter.of(key) & mask;
    while (valuesPlusOne[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** How many slots are looked at for {@code key}. */
  int probes(long key) {
    return (slot(key) - scatter.of(key) & mask) + 1;
  }

  /** The key's value, or {@link #ABSENT}. */
  public int get(long key) {
    return valuesPlusOne[slot(key)] - 1;
  }

  /** Stores {@code value} unless the key has one already. */
  public void putIfAbsent(long key, int value) {
    int slot = slot(key);
    if (valuesPlusOne[slot] == 0) {
      keys[slot] = key;
      valuesPlusOne[slot] = value + 1;
    }
  }
}
