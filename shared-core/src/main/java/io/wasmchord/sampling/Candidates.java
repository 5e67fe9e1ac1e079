package io.wasmchord.sampling;

import java.util.Arrays;

/** Tokens with their logits, the most likely first; equal logits stand in the order of their ids. */
final class Candidates {
  private final float[] logits;
  private final long[] order; // sorted: descending logit, then ascending id
  private int size;

  /** Keeps the {@code most} best of {@code logits} (0: all); minus infinity is never kept. */
  Candidates(float[] logits, int most) {
    this.logits = logits;
    int capacity = most == 0 ? logits.length : Math.min(most, logits.length);
    long[] keys = new long[logits.length];
    int n = 0;
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        keys[n++] = key(logits[id], id);
      }
    }
    order = best(keys, n, capacity);
    size = order.length;
  }

  /** Sorts so that larger logits come first: the bits of a float, made monotonic and inverted, then the id. */
  private static long key(float logit, int id) {
    int bits = Float.floatToRawIntBits(logit + 0f); // minus zero counts as zero
    int monotonic = bits >= 0 ? bits : bits ^ 0x7FFFFFFF;
    return (long) ~monotonic << 32 | id;
  }

  private static long[] best(long[] keys, int n, int capacity) {
    int kept = Math.min(n, capacity);
    if (kept < n) {
      select(keys, n, kept);
    }
    long[] result = Arrays.copyOf(keys, kept);
    Arrays.sort(result);
    return result;
  }

  /** Hoare's selection: moves the {@code k} least keys to the front. Keys differ, so it ends. */
  private static void select(long[] keys, int n, int k) {
    int low = 0;
    int high = n - 1;
    while (low < high) {
      long pivot = keys[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long swap = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swap;
        }
      }
      if (k - 1 <= j) {
        high = j;
      } else if (k - 1 >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  int size() {
    return size;
  }

  int id(int i) {
    return (int) order[i];
  }

  float logit(int i) {
    return logits[id(i)];
  }

  void truncate(int newSize) {
    size = newSize;
  }
}
