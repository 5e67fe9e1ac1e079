package io.wasmchord.browser;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Where the time of a token goes, as the kernels of all threads noted it.
 *
 * @param tokenMs of one token, by the page's clock
 * @param tokens of the answer
 * @param rows a kernel and a thread each
 */
record KernelTimes(double tokenMs, int tokens, List<Row> rows) {
  /**
   * What one thread did with one kernel.
   *
   * @param workMicros time with its commands
   * @param waits barriers that came next
   * @param waitMicros time at them
   * @param longWaits waits of more than 100 microseconds
   */
  record Row(
      String kernel,
      int thread,
      int commands,
      double workMicros,
      int waits,
      double waitMicros,
      int longWaits) {}

  @SuppressWarnings("unchecked")
  static List<KernelTimes> all(Object profiles, int tokens) {
    List<KernelTimes> all = new ArrayList<>();
    for (Map<String, Object> profile : (List<Map<String, Object>>) profiles) {
      List<Row> rows = new ArrayList<>();
      for (Map<String, Object> row : (List<Map<String, Object>>) field(profile, "rows")) {
        rows.add(
            new Row(
                (String) field(row, "kernel"),
                (int) number(row, "thread"),
                (int) number(row, "commands"),
                number(row, "workMicros"),
                (int) number(row, "waits"),
                number(row, "waitMicros"),
                (int) number(row, "longWaits")));
      }
      all.add(new KernelTimes(number(profile, "tokenMs"), tokens, rows));
    }
    return all;
  }

  private static double number(Map<String, Object> map, String name) {
    return ((Number) field(map, name)).doubleValue();
  }

  private static Object field(Map<String, Object> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  /** Prints a line for each kernel and thread, the longest first, and what is left. */
  void print(PrintWriter out, int threads) {
    out.printf(
        Locale.ROOT,
        "%n%d thread(s): a token takes %.2f ms; of that, in milliseconds:%n%-20s %6s %8s %9s %8s"
            + " %9s %6s%n",
        threads,
        tokenMs,
        "kernel",
        "thread",
        "commands",
        "work",
        "waits",
        "waiting",
        "long");
    rows.stream()
        .sorted(
            Comparator.comparingDouble((Row r) -> -total(r.kernel)).thenComparingInt(Row::thread))
        .forEach(r ->
            out.printf(
                Locale.ROOT,
                "%-20s %6d %8.1f %9.3f %8.1f %9.3f %6.2f%n",
                r.kernel,
                r.thread,
                (double) r.commands / tokens,
                r.workMicros / 1e3 / tokens,
                (double) r.waits / tokens,
                r.waitMicros / 1e3 / tokens,
                (double) r.longWaits / tokens));
    Map<Integer, double[]> sums = new TreeMap<>();
    for (Row r : rows) {
      double[] sum = sums.computeIfAbsent(r.thread, t -> new double[2]);
      sum[0] += r.workMicros / 1e3 / tokens;
      sum[1] += r.waitMicros / 1e3 / tokens;
    }
    sums.forEach((thread, sum) ->
        out.printf(
            Locale.ROOT,
            "thread %d: %.2f at work, %.2f at barriers, %.2f between lists%n",
            thread,
            sum[0],
            sum[1],
            tokenMs - sum[0] - sum[1]));
  }

  private double total(String kernel) {
    return rows.stream()
        .filter(r -> r.kernel.equals(kernel))
        .mapToDouble(r -> r.workMicros + r.waitMicros)
        .sum();
  }
}
