package io.wasmchord.tokenizer;

import java.util.Arrays;

/**
 * From a pair of token ids to the rank of their merge and the token that it gives: an
 * open-addressing table without boxing.
 */
final class MergeTable {
  private final long[] keys;
  private final int[] ranks;
  private final int[] results;
  private final int mask;

  MergeTable(int count) {
    int capacity = Integer.highestOneBit(Math.max(16, count * 2)) * 2;
    keys = new long[capacity];
    Arrays.fill(keys, -1);
    ranks = new int[capacity];
    results = new int[capacity];
    mask = capacity - 1;
  }

  private int slot(long key) {
    long hash = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> 32) & mask;
    while (keys[slot] != key && keys[slot] != -1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** Adds a merge; the first of equals counts. */
  void put(int left, int right, int rank, int result) {
    int slot = slot(key(left, right));
    if (keys[slot] == -1) {
      keys[slot] = key(left, right);
      ranks[slot] = rank;
      results[slot] = result;
    }
  }

  /** The slot of a pair for {@link #rank} and {@link #result}, or -1. */
  int find(int left, int right) {
    int slot = slot(key(left, right));
    return keys[slot] == -1 ? -1 : slot;
  }

  int rank(int slot) {
    return ranks[slot];
  }

  int result(int slot) {
    return results[slot];
  }
}
