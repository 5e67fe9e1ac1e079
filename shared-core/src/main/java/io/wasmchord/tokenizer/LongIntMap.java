package io.wasmchord.tokenizer;

/**
 * A hash map from long to non-negative int, without boxing. It holds as many keys as it was made
 * for.
 */
final class LongIntMap {
  static final int ABSENT = -1;

  private final long[] keys;
  private final int[] valuesPlusOne;
  private final int mask;

  /** An empty map for up to {@code keys} keys. */
  LongIntMap(int keys) {
    int capacity = Math.max(4, Integer.highestOneBit(Math.max(1, keys)) * 4);
    this.keys = new long[capacity];
    this.valuesPlusOne = new int[capacity];
    this.mask = capacity - 1;
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (valuesPlusOne[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  int get(long key) {
    return valuesPlusOne[slot(key)] - 1;
  }

  /** Stores {@code value} unless the key has one already. */
  void putIfAbsent(long key, int value) {
    int slot = slot(key);
    if (valuesPlusOne[slot] == 0) {
      keys[slot] = key;
      valuesPlusOne[slot] = value + 1;
    }
  }
}
