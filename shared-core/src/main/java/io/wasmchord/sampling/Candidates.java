package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that may come next, with their logits. They are put in order when it is first asked for:
 * the most likely first, equal ones by their ids.
 */
final class Candidates {
  private final float[] logits;
  private double temperature = 1;
  private long @Nullable [] order; // sorted: descending logit, then ascending id
  private double @Nullable [] weights; // of order

  /** All of {@code logits} that are not minus infinity. */
  Candidates(float[] logits) {
    this.logits = logits;
  }

  /** Whether there is a token {@code id}. */
  boolean has(int id) {
    return id >= 0 && id < logits.length;
  }

  float logitOf(int id) {
    return logits[id];
  }

  /** Sets a token's logit, before the candidates are in order. */
  void change(int id, float logit) {
    if (order != null) {
      throw new IllegalStateException("candidates are in order; change logits before they are");
    }
    logits[id] = logit;
  }

  /** Leaves the {@code most} best. */
  void keep(int most) {
    long[] all = order;
    long[] kept = all == null ? sorted(most) : Arrays.copyOf(all, Math.min(most, all.length));
    order = kept;
    weights = weights == null ? null : Arrays.copyOf(weights, kept.length);
  }

  private long[] sorted(int most) {
    long[] keys = new long[logits.length];
    int n = 0;
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        keys[n++] = key(logits[id], id);
      }
    }
    return best(keys, n, most);
  }

  private long[] ordered() {
    if (order == null) {
      order = sorted(logits.length);
    }
    return order;
  }

  /**
   * Sorts so that larger logits come first: the bits of a float, made monotonic and inverted, then
   * the id.
   */
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

  /** The most likely token. */
  int best() {
    return order == null ? Logits.argmax(logits) : id(0);
  }

  int id(int i) {
    return (int) ordered()[i];
  }

  /** Weights are of this temperature from now on. */
  void temper(double to) {
    temperature = to;
    weights = null;
  }

  /** {@code exp((logit - max) / temperature)} of each candidate. */
  double[] weights() {
    if (weights == null) {
      double[] all = new double[ordered().length];
      double best = logits[id(0)];
      for (int i = 0; i < all.length; i++) {
        all[i] = DoubleMath.exp((logits[id(i)] - best) / temperature);
      }
      weights = all;
    }
    return weights;
  }
}
