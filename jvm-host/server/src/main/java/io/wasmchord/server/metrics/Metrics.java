package io.wasmchord.server.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counters and times, for any number of threads. */
public final class Metrics {
  private static final double[] BOUNDS = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  private final Map<String, Map<String, Double>> counters = new TreeMap<>(); // guarded by this
  private final Map<String, Histogram> times = new TreeMap<>(); // guarded by this

  /** How many times were at most so long. */
  private static final class Histogram {
    private final long[] upTo = new long[BOUNDS.length];
    private long count;
    private double sum;

    void add(double seconds) {
      for (int i = 0; i < BOUNDS.length; i++) {
        upTo[i] += seconds <= BOUNDS[i] ? 1 : 0;
      }
      count++;
      sum += seconds;
    }
  }

  /**
   * Counts.
   *
   * @param labels as in {@code model="a"}
   */
  public synchronized void count(String counter, String labels, double by) {
    counters.computeIfAbsent(counter, c -> new TreeMap<>()).merge(labels, by, Double::sum);
  }

  /** Notes a time. */
  public synchronized void time(String histogram, long nanos) {
    times.computeIfAbsent(histogram, h -> new Histogram()).add(nanos / 1e9);
  }

  /** A label; what it says may be anything. */
  public static String label(String name, String value) {
    String safe = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + safe + "\"";
  }

  /**
   * Prometheus's text format.
   *
   * @param gauges what is so now, by names with labels
   */
  public synchronized String text(Map<String, Double> gauges) {
    StringBuilder text = new StringBuilder();
    counters.forEach((name, values) -> {
      text.append("# TYPE ").append(name).append(" counter\n");
      values.forEach((labels, value) ->
          line(text, name + (labels.isEmpty() ? "" : "{" + labels + "}"), value));
    });
    String before = "";
    for (Map.Entry<String, Double> gauge : new TreeMap<>(gauges).entrySet()) {
      String name = gauge.getKey().replaceFirst("\\{.*", "");
      if (!name.equals(before)) {
        text.append("# TYPE ").append(name).append(" gauge\n");
      }
      before = name;
      line(text, gauge.getKey(), gauge.getValue());
    }
    times.forEach((name, histogram) -> {
      text.append("# TYPE ").append(name).append(" histogram\n");
      for (int i = 0; i < BOUNDS.length; i++) {
        line(text, name + "_bucket{le=\"" + number(BOUNDS[i]) + "\"}", (double) histogram.upTo[i]);
      }
      line(text, name + "_bucket{le=\"+Inf\"}", (double) histogram.count);
      line(text, name + "_sum", histogram.sum);
      line(text, name + "_count", (double) histogram.count);
    });
    return text.toString();
  }

  private static void line(StringBuilder text, String name, double value) {
    text.append(name).append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
