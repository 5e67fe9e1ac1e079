package io.wasmchord.backend;

import io.wasmchord.math.FloatMath;
import java.util.stream.IntStream;

/**
 * Which experts the rows of a batch go through: the meaning of {@link Command.Experts}.
 *
 * <p>Per row: {@code p = softmax(logits)}; the {@code used} largest are chosen, of equals the
 * first; {@code out = out + down(activation(gate(x)) * up(x)) * w} in the order of the experts'
 * numbers, where {@code w} is p, or p over the sum of the chosen. The formula is that of Mixtral,
 * https://arxiv.org/abs/2401.04088.
 *
 * <p>Rows are grouped by expert, which changes no result: an expert's rows follow each other,
 * rising, and experts follow each other by number. A place is a number in that order.
 *
 * @param experts those that are chosen at all, rising
 * @param starts the first place of each of these experts, and at the end the number of all places
 * @param rows by place: the batch's row
 * @param weights by place
 * @param places of each row, {@code used} after each other, in the order of the experts' numbers
 */
public record ExpertRouting(
    int[] experts, int[] starts, int[] rows, float[] weights, int[] places) {

  /**
   * Routes a batch.
   *
   * @param logits {@code count} for each row
   * @param used how many experts a row goes through
   * @param normalized whether weights are divided by their sum
   */
  public static ExpertRouting of(float[] logits, int count, int used, boolean normalized) {
    int n = logits.length / count;
    int[] chosen = new int[n * used]; // experts of each row, rising
    float[] weight = new float[n * used];
    for (int row = 0; row < n; row++) {
      choose(softmax(logits, row * count, count), normalized, chosen, weight, row * used, used);
    }
    int[] ends = new int[count]; // first the number of each expert's rows, then its places' end
    for (int e : chosen) {
      ends[e]++;
    }
    int[] experts = IntStream.range(0, count).filter(e -> ends[e] > 0).toArray();
    int[] starts = new int[experts.length + 1];
    int[] next = new int[count];
    for (int i = 0; i < experts.length; i++) {
      next[experts[i]] = starts[i];
      starts[i + 1] = starts[i] + ends[experts[i]];
    }
    int[] rows = new int[chosen.length];
    float[] weights = new float[chosen.length];
    int[] places = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      int place = next[chosen[i]]++;
      rows[place] = i / used;
      weights[place] = weight[i];
      places[i] = place;
    }
    return new ExpertRouting(experts, starts, rows, weights, places);
  }

  /** {@code exp(x - max)} over their sum in order. */
  private static float[] softmax(float[] logits, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int e = 0; e < n; e++) {
      max = logits[at + e] > max ? logits[at + e] : max;
    }
    float[] p = new float[n];
    float sum = 0f;
    for (int e = 0; e < n; e++) {
      p[e] = FloatMath.exp(logits[at + e] - max);
      sum = sum + p[e];
    }
    for (int e = 0; e < n; e++) {
      p[e] = p[e] / sum;
    }
    return p;
  }

  /** The largest; what is not a number only where nothing else is left. */
  private static boolean[] largest(float[] p, int used) {
    boolean[] chosen = new boolean[p.length];
    for (int i = 0; i < used; i++) {
      int best = -1;
      for (int e = 0; e < p.length; e++) {
        if (!chosen[e] && (best < 0 || p[e] > p[best] || Float.isNaN(p[best]))) {
          best = e;
        }
      }
      chosen[best] = true;
    }
    return chosen;
  }

  /** Writes a row's experts and their weights from {@code at} on. */
  private static void choose(
      float[] p, boolean normalized, int[] experts, float[] weights, int at, int used) {
    boolean[] chosen = largest(p, used);
    float sum = 0f;
    int to = at;
    for (int e = 0; e < p.length; e++) {
      if (chosen[e]) {
        sum = sum + p[e];
        experts[to] = e;
        weights[to] = p[e];
        to++;
      }
    }
    for (int i = at; normalized && i < at + used; i++) {
      weights[i] = weights[i] / sum;
    }
  }
}
