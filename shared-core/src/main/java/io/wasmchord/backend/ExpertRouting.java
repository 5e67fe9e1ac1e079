package io.wasmchord.backend;

import io.wasmchord.math.FloatMath;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which experts the rows of a batch go through: the meaning of {@link Command.Experts}.
 *
 * <p>Per row: a {@link Routing.Gating} makes scores and weights of the logits; experts are chosen
 * by score plus {@link ExpertVectors#selection}; {@code out = out + down(activation(gate(x)) *
 * up(x)) * w} in the order of the experts' numbers, where {@code w} is the weight, or the weight
 * over the sum of the chosen, times the routing's scale and the expert's own. Where weights
 * multiply what goes in, it is {@code out = out + down(activation(gate(w * x)) * up(w * x))}. The
 * formulas are those of Mixtral, https://arxiv.org/abs/2401.04088, and, with groups, of DeepSeek
 * V3, https://arxiv.org/abs/2412.19437.
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

  private static final float LEAST_SUM = 6.1035156e-5f; // 2^-14: weights are divided by no less

  /**
   * What makes choices of logits.
   *
   * @param count experts
   * @param selection what is added to each expert's score, or empty
   * @param scales each expert's factor, or empty
   */
  public record Router(Routing routing, int count, float[] selection, float[] scales) {}

  /**
   * Routes a batch.
   *
   * @param logits {@code router.count()} for each row
   */
  public static ExpertRouting of(float[] logits, Router router) {
    int count = router.count;
    int used = router.routing.used();
    int n = logits.length / count;
    int[] chosen = new int[n * used]; // experts of each row, rising
    float[] weight = new float[n * used];
    for (int row = 0; row < n; row++) {
      choose(
          Arrays.copyOfRange(logits, row * count, (row + 1) * count), router, chosen, weight, row);
    }
    return placed(chosen, weight, count, used);
  }

  private static ExpertRouting placed(int[] chosen, float[] weight, int count, int used) {
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

  /** The expert that has a place. */
  public int expert(int place) {
    int at = Arrays.binarySearch(starts, place);
    return experts[at < 0 ? -at - 2 : at];
  }

  /** What experts are chosen by. */
  private static float[] scores(Routing.Gating gating, float[] logits) {
    return switch (gating) {
      case SOFTMAX -> softmax(logits);
      case SIGMOID -> sigmoids(logits);
      case SOFTMAX_OF_CHOSEN, SIGMOID_OF_CHOSEN -> logits;
    };
  }

  /** What the chosen experts' scores, in the order of their numbers, make of them. */
  private static float[] weights(Routing.Gating gating, float[] chosen) {
    return switch (gating) {
      case SOFTMAX, SIGMOID -> chosen;
      case SOFTMAX_OF_CHOSEN -> softmax(chosen);
      case SIGMOID_OF_CHOSEN -> sigmoids(chosen);
    };
  }

  /** {@code exp(x - max)} over their sum in order. */
  private static float[] softmax(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = logit > max ? logit : max;
    }
    float[] p = new float[logits.length];
    float sum = 0f;
    for (int e = 0; e < p.length; e++) {
      p[e] = FloatMath.exp(logits[e] - max);
      sum = sum + p[e];
    }
    for (int e = 0; e < p.length; e++) {
      p[e] = p[e] / sum;
    }
    return p;
  }

  private static float[] sigmoids(float[] logits) {
    float[] p = new float[logits.length];
    for (int e = 0; e < p.length; e++) {
      p[e] = FloatMath.sigmoid(logits[e]);
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

  /** The scores that experts are chosen by: those of other groups than the best are the least. */
  private static float[] selected(float[] scores, Router router) {
    float[] by = scores.clone();
    for (int e = 0; e < router.selection.length; e++) {
      by[e] = by[e] + router.selection[e];
    }
    Routing.Groups groups = router.routing.groups();
    if (groups.count() > 1) {
      int size = by.length / groups.count();
      float[] of = new float[groups.count()];
      for (int g = 0; g < of.length; g++) {
        of[g] = twoLargest(by, g * size, size);
      }
      boolean[] taken = largest(of, groups.used());
      for (int e = 0; e < by.length; e++) {
        by[e] = taken[e / size] ? by[e] : Float.NEGATIVE_INFINITY;
      }
    }
    return by;
  }

  /** Their sum; what is not a number does not count. */
  private static float twoLargest(float[] x, int from, int n) {
    float first = Float.NEGATIVE_INFINITY;
    float second = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      if (x[i] > first) {
        second = first;
        first = x[i];
      } else if (x[i] > second) {
        second = x[i];
      }
    }
    return first + second;
  }

  /** Writes a row's experts and their weights. */
  private static void choose(
      float[] logits, Router router, int[] experts, float[] weights, int row) {
    Routing routing = router.routing;
    float[] scores = scores(routing.gating(), logits);
    boolean[] chosen = largest(selected(scores, router), routing.used());
    int at = row * routing.used();
    float[] of = new float[routing.used()];
    int to = 0;
    for (int e = 0; e < scores.length; e++) {
      if (chosen[e]) {
        experts[at + to] = e;
        of[to++] = scores[e];
      }
    }
    float[] w = weights(routing.gating(), of);
    float sum = 0f;
    for (float one : w) {
      sum = sum + one;
    }
    sum = sum < LEAST_SUM ? LEAST_SUM : sum;
    for (int i = 0; i < w.length; i++) {
      float weight = (routing.normalized() ? w[i] / sum : w[i]) * routing.scale();
      weights[at + i] =
          router.scales.length == 0 ? weight : weight * router.scales[experts[at + i]];
    }
  }
}
