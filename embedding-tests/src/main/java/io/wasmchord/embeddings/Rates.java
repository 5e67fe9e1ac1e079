package io.wasmchord.embeddings;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts a second, as medians of runs in turn.
 *
 * @param theirs NaN where there is no rival
 * @param ratio the median of the runs' ratios
 */
record Rates(double ours, double theirs, double ratio) {
  private static final double WARM_SECONDS = 2;
  private static final double SECONDS = 0.5; // of a run, at least

  private interface Work {
    void run() throws OrtException;
  }

  /** Measures after a warm-up of both. */
  static Rates measure(
      int runs, Workload work, Workload.Kind kind, @Nullable OnnxModel rival, boolean cls)
      throws OrtException {
    Work own = () -> work.run(kind);
    Work other =
        () -> {
          if (rival != null) {
            work.run(kind, rival, cls);
          }
        };
    rate(own, WARM_SECONDS);
    rate(other, rival == null ? 0 : WARM_SECONDS / 2);
    double[] ours = new double[runs];
    double[] theirs = new double[runs];
    double[] ratios = new double[runs];
    for (int i = 0; i < runs; i++) {
      ours[i] = rate(own, SECONDS);
      theirs[i] = rival == null ? Double.NaN : rate(other, SECONDS);
      ratios[i] = ours[i] / theirs[i];
    }
    return new Rates(median(ours), median(theirs), median(ratios));
  }

  /** Texts a second over at least so many seconds. */
  private static double rate(Work work, double seconds) throws OrtException {
    long start = System.nanoTime();
    long end = start;
    int rounds = 0;
    while (rounds == 0 || end - start < seconds * 1e9) {
      work.run();
      rounds++;
      end = System.nanoTime();
    }
    return Workload.TEXTS * rounds / ((end - start) / 1e9);
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return (values[values.length / 2] + values[(values.length - 1) / 2]) / 2;
  }
}
