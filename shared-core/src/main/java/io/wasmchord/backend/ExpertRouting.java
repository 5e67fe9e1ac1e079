package io.wasmchord.backend;

import io.wasmchord.math.FloatMath;
import java.util.ArrayList;
import java.util.List;

/**
 * From router logits to products: the meaning of {@link Command.Experts}. A backend reads the
 * logits back, asks for the {@link #commands}, and executes those.
 *
 * <p>Per row: {@code p = softmax(logits)}; the {@code used} largest are chosen, of equals the
 * first; {@code out = out + down(activation(gate(x)) * up(x)) * weight} in the order of the
 * experts' numbers, where {@code weight} is p, or p over the sum of the chosen. Rows of a batch are
 * grouped by expert, which changes no result. The formula is that of Mixtral,
 * https://arxiv.org/abs/2401.04088.
 */
public final class ExpertRouting {
  private final Command.Experts c;
  private final int[][] rows; // by expert: the rows that go through it, rising
  private final float[][] weights; // by expert: of those rows

  private ExpertRouting(Command.Experts c, float[] logits) {
    this.c = c;
    int count = c.experts().size();
    List<List<Integer>> chosenBy = new ArrayList<>();
    List<List<Float>> weighed = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      chosenBy.add(new ArrayList<>());
      weighed.add(new ArrayList<>());
    }
    for (int row = 0; row < c.x().rows(); row++) {
      float[] p = softmax(logits, row * count, count);
      boolean[] chosen = choose(p, c.used());
      float sum = c.normalized() ? sum(p, chosen) : 1f;
      for (int e = 0; e < count; e++) {
        if (chosen[e]) {
          chosenBy.get(e).add(row);
          weighed.get(e).add(c.normalized() ? p[e] / sum : p[e]);
        }
      }
    }
    this.rows = new int[count][];
    this.weights = new float[count][];
    for (int e = 0; e < count; e++) {
      rows[e] = chosenBy.get(e).stream().mapToInt(Integer::intValue).toArray();
      weights[e] = new float[rows[e].length];
      for (int i = 0; i < rows[e].length; i++) {
        weights[e][i] = weighed.get(e).get(i);
      }
    }
  }

  /**
   * What to execute in place of {@code c}.
   *
   * @param logits the values of {@code c.logits()}, row by row
   */
  public static Commands commands(Command.Experts c, float[] logits) {
    return new ExpertRouting(c, logits).record();
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
  private static boolean[] choose(float[] p, int used) {
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

  private static float sum(float[] p, boolean[] chosen) {
    float sum = 0f;
    for (int e = 0; e < p.length; e++) {
      if (chosen[e]) {
        sum = sum + p[e];
      }
    }
    return sum;
  }

  /** Stage by stage over all experts, so that no expert waits for another. */
  private Commands record() {
    Commands commands = new Commands();
    ExpertRooms r = c.rooms();
    int all = c.x().rows() * c.used();
    if (c.x().rows() > 1) {
      each((e, at, n) -> commands.gather(c.x(), rows[e], r.gathered().rows(at, n)));
    }
    each((e, at, n) -> {
      Tensor x = c.x().rows() > 1 ? r.gathered().rows(at, n) : c.x();
      commands.matmul(x, c.experts().get(e).gate(), r.gate().rows(at, n));
      commands.matmul(x, c.experts().get(e).up(), r.up().rows(at, n));
    });
    Tensor gate = r.gate().rows(0, all);
    commands.gate(gate, r.up().rows(0, all), c.activation(), gate);
    each((e, at, n) ->
        commands.matmul(r.gate().rows(at, n), c.experts().get(e).down(), r.down().rows(at, n)));
    each((e, at, n) -> {
      for (int i = 0; i < n; i++) {
        commands.addScaled(c.out().rows(rows[e][i], 1), r.down().rows(at + i, 1), weights[e][i]);
      }
    });
    return commands;
  }

  private interface Stage {
    void record(int expert, int at, int count);
  }

  private void each(Stage stage) {
    int at = 0;
    for (int e = 0; e < rows.length; e++) {
      if (rows[e].length > 0) {
        stage.record(e, at, rows[e].length);
        at += rows[e].length;
      }
    }
  }
}
