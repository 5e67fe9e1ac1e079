package io.wasmchord.evaluation;

import java.util.Arrays;

/** Numbers, one for each scored token. */
final class Statistic {
  private double[] values = new double[1024];
  private int count;
  private double sum;
  private double squares;

  void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
    sum += value;
    squares += value * value;
  }

  int count() {
    return count;
  }

  double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /** The standard error of the mean. */
  double error() {
    double variance = count == 0 ? 0 : squares / count - mean() * mean();
    return count < 2 || !(variance > 0) ? 0 : Math.sqrt(variance / (count - 1));
  }

  /** The value that {@code share} of all are not above; between two it is in proportion. */
  double quantile(double share) {
    if (count == 0) {
      return 0;
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double place = share * (count - 1);
    int below = (int) place;
    double rest = place - below;
    return rest == 0 ? sorted[below] : (1 - rest) * sorted[below] + rest * sorted[below + 1];
  }
}
