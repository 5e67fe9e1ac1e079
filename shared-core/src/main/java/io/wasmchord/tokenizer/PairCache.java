package io.wasmchord.tokenizer;

import java.util.Arrays;

/**
 * Remembers what pairs of symbols spell, as far as there is room: a pair displaces another one of
 * the same slot.
 */
final class PairCache {
  static final int ABSENT = -2;

  private static final int MAX_SLOTS = 1 << 15;

  private final long[] keys;
  private final int[] values;

  /** A cache for a text of about {@code symbols} symbols. */
  PairCache(int symbols) {
    int slots = Math.min(MAX_SLOTS, Integer.highestOneBit(Math.max(8, symbols)) * 2);
    keys = new long[slots];
    values = new int[slots];
    Arrays.fill(values, ABSENT);
  }

  private static long key(int left, int right) {
    return (long) left << Integer.SIZE | (right & 0xFFFFFFFFL);
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> Integer.SIZE) & (keys.length - 1);
  }

  /** The value of the pair, or {@link #ABSENT}. */
  int get(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == key ? values[slot] : ABSENT;
  }

  void put(int left, int right, int value) {
    long key = key(left, right);
    int slot = slot(key);
    keys[slot] = key;
    values[slot] = value;
  }
}
