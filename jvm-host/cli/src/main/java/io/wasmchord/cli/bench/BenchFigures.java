package io.wasmchord.cli.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one run measured, by name: rates in tokens a second, times in milliseconds. */
public final class BenchFigures {
  private final Map<String, Double> values = new LinkedHashMap<>();

  BenchFigures(double loadMs) {
    values.put("load_ms", loadMs);
  }

  void add(int length, double prefill, double decode, double firstMs) {
    values.put("prefill_" + length + "_tokens_per_s", prefill);
    values.put("decode_after_" + length + "_tokens_per_s", decode);
    values.put("first_token_after_" + length + "_ms", firstMs);
  }

  Map<String, Double> values() {
    return values;
  }

  /** The median of a figure over runs, to two places. */
  static double median(List<BenchFigures> runs, String name) {
    double[] sorted = runs.stream().mapToDouble(r -> r.values.get(name)).sorted().toArray();
    double middle = (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    return Math.round(middle * 100) / 100.0;
  }

  /** Whether less of it is better. */
  static boolean time(String name) {
    return name.endsWith("_ms");
  }
}
