package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that may come next, with their logits. They are put in order when it is first asked for:
 * the most likely first, equal ones by their ids.
 */
final class Candidates {
  private final float[] logits;
  private double temperature = 1;
  private long @Nullable [] order; // sorted: descending logit, then ascending id
  private boolean changed; // a logit, since they were put in order
  private double @Nullable [] weights; // of order

  /** All of {@code logits} that are not minus infinity. */
  Candidates(float[] logits) {
    this.logits = logits;
  }

  /** Whether there is a token {@code id}. */
  boolean has(int id) {
    return id >= 0 && id < logits.length;
  }

  /** A token's logit at the temperature so far. */
  float logitOf(int id) {
    return temperature == 1 ? logits[id] : (float) (logits[id] / temperature);
  }

  /** Sets a token's logit; what was left out stays so. */
  void change(int id, float logit) {
    float finite = Math.min(logit, Float.MAX_VALUE);
    logits[id] =
        temperature == 1 ? finite : (float) Math.min(finite * temperature, Float.MAX_VALUE);
    changed = order != null;
    weights = null;
  }

  /** How many tokens there may be, those left out among them. */
  int vocabulary() {
    return logits.length;
  }

  /** Leaves out those whose logit is more than {@code below} less than the best's. */
  void keepNear(double below) {
    double least = logits[best()] - below * temperature;
    if (order == null) {
      for (int id = 0; id < logits.length; id++) {
        logits[id] = logits[id] < least ? Float.NEGATIVE_INFINITY : logits[id];
      }
      return;
    }
    int kept = 1;
    while (kept < size() && logits[id(kept)] >= least) {
      kept++;
    }
    keep(kept);
  }

  /** Leaves those for which it is true, of the first, second and so on. */
  void keep(boolean[] wanted) {
    long[] all = ordered();
    int kept = 0;
    for (int i = 0; i < all.length; i++) {
      if (wanted[i]) {
        all[kept++] = all[i];
      }
    }
    order = Arrays.copyOf(all, kept);
    weights = null;
  }

  /** Leaves out the {@code most} best. */
  void leaveOut(int most) {
    long[] all = ordered();
    order = Arrays.copyOfRange(all, most, all.length);
    weights = null;
  }

  /** Mean and standard deviation of the logits, at the temperature so far. */
  Spread spread() {
    int n = 0;
    double sum = 0;
    double squares = 0;
    long[] kept = order;
    int all = kept == null ? logits.length : kept.length;
    for (int i = 0; i < all; i++) {
      double logit = logits[kept == null ? i : (int) kept[i]];
      if (logit > Float.NEGATIVE_INFINITY) {
        n++;
        double before = logit - sum;
        sum += before / n; // the mean so far, as Welford has it
        squares += before * (logit - sum);
      }
    }
    return new Spread(sum / temperature, Math.sqrt(squares / n) / temperature);
  }

  /** Of the candidates' logits. */
  record Spread(double mean, double deviation) {}

  /** Leaves the {@code most} best. */
  void keep(int most) {
    long[] all = changed ? ordered() : order;
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
    } else if (changed) {
      for (int i = 0; i < order.length; i++) {
        order[i] = key(logits[(int) order[i]], (int) order[i]);
      }
      Arrays.sort(order);
    }
    changed = false;
    return order;
  }

  /** How many there are. */
  int size() {
    return ordered().length;
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

  /** Divides all logits. */
  void temper(double by) {
    temperature *= by;
    weights = null;
  }

  /** The sum of the weights. */
  double total() {
    double total = 0;
    for (double weight : weights()) {
      total += weight;
    }
    return total;
  }

  /** The expected surprise of a draw, in nats. */
  double entropy() {
    double total = total();
    double entropy = 0;
    for (double weight : weights()) {
      double p = weight / total;
      entropy -= p > 0 ? p * DoubleMath.log(p) : 0;
    }
    return entropy;
  }

  /** The first {@code most} by how likely they are in a draw, and {@code token} at the end. */
  List<Likely> likely(int token, int most) {
    double total = total();
    List<Likely> likely = new ArrayList<>();
    double chosen = 0;
    for (int i = 0; i < size(); i++) {
      double p = weights()[i] / total;
      chosen = id(i) == token ? p : chosen;
      if (i < most) {
        likely.add(new Likely(id(i), DoubleMath.log(p)));
      }
    }
    likely.add(new Likely(token, DoubleMath.log(chosen)));
    return likely;
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
