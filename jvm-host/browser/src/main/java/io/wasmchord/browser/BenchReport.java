package io.wasmchord.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.browser.BenchRun.GpuCounts;
import io.wasmchord.cli.bench.Machine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Medians of runs, ours beside the rival's. */
final class BenchReport {
  private static final double MIB = 1 << 20;

  private final Map<Integer, List<BenchRun>> ours = new TreeMap<>();
  private final Map<Integer, List<BenchRun>> rival = new TreeMap<>();
  private final List<Row> rows = new ArrayList<>();

  /** One line: medians, and ours over theirs (theirs over ours where less is better). */
  private record Row(
      int threads, String what, String unit, double ours, double rival, double ratio) {}

  /** What the runs had in common. */
  record Setting(
      String model,
      long modelBytes,
      long bytesPerToken,
      double[] bandwidth,
      List<Integer> lengths,
      int tokens) {}

  void addOurs(int threads, BenchRun run) {
    ours.computeIfAbsent(threads, t -> new ArrayList<>()).add(run);
  }

  void addRival(int threads, BenchRun run) {
    rival.computeIfAbsent(threads, t -> new ArrayList<>()).add(run);
  }

  static double median(List<BenchRun> runs, ToDoubleFunction<BenchRun> value) {
    double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  private void row(
      int threads,
      String what,
      String unit,
      boolean lessIsBetter,
      ToDoubleFunction<BenchRun> value) {
    double a = median(ours.getOrDefault(threads, List.of()), value);
    double b = median(rival.getOrDefault(threads, List.of()), value);
    rows.add(new Row(threads, what, unit, a, b, lessIsBetter ? b / a : a / b));
  }

  private void rows(Setting setting) {
    rows.clear();
    for (int threads : ours.keySet()) {
      for (int i = 0; i < setting.lengths().size(); i++) {
        int at = i;
        int length = setting.lengths().get(i);
        row(
            threads,
            "prefill, " + length + " tokens",
            "tok/s",
            false,
            r -> r.answers().get(at).prefill());
        row(threads, "decode after " + length, "tok/s", false, r -> r.answers().get(at).decode());
        row(threads, "first token after " + length, "ms", true, r -> r.answers().get(at).firstMs());
      }
      if (ours.getOrDefault(threads, List.of()).stream().allMatch(r -> r.held() > 0)) {
        row(threads, "decode, any text", "tok/s", false, BenchRun::free);
        row(threads, "decode, held to a schema", "tok/s", false, BenchRun::held);
        row(threads, "one token, any text", "ms", true, BenchRun::freeStart);
        row(threads, "one token, of a new schema", "ms", true, BenchRun::heldStart);
      }
      if (ours.getOrDefault(threads, List.of()).stream().allMatch(r -> r.gpu() != null)) {
        row(threads, "dispatches a token", "", true, r -> counted(r, GpuCounts::dispatches));
        row(threads, "submissions a token", "", true, r -> counted(r, GpuCounts::submissions));
        row(threads, "maps a token", "", true, r -> counted(r, GpuCounts::maps));
        row(threads, "bytes read a token", "", true, r -> counted(r, GpuCounts::bytesRead));
      }
      row(threads, "load", "ms", true, BenchRun::loadMs);
      row(threads, "page to first token", "ms", true, BenchRun::pageMs);
      row(threads, "peak of the page's process", "MiB", true, r -> r.peakBytes() / MIB);
    }
  }

  private static double counted(BenchRun run, ToDoubleFunction<GpuCounts> count) {
    return run.gpu() == null ? Double.NaN : count.applyAsDouble(run.gpu());
  }

  /** Prints everything as a table. */
  void print(PrintWriter out, Setting s) {
    rows(s);
    BenchRun any = ours.values().iterator().next().getFirst();
    out.printf(Locale.ROOT, "machine  %s%n", Machine.describe());
    out.printf(
        Locale.ROOT,
        "memory   reads %.1f GB/s with one thread, %.1f with all%n",
        s.bandwidth()[0] / 1e9,
        s.bandwidth()[1] / 1e9);
    out.printf(Locale.ROOT, "browser  Chromium %s%n", any.browser());
    out.printf(Locale.ROOT, "model    %s, %.1f MB%n", s.model(), s.modelBytes() / 1e6);
    out.printf(
        Locale.ROOT,
        "runs     medians of %d, %d tokens each; kernels %s; WebAssembly memory %.1f MiB (%.3f of"
            + " the file)%n%n",
        ours.values().iterator().next().size(),
        s.tokens(),
        any.backend(),
        any.linearBytes() / MIB,
        any.linearBytes() / (double) s.modelBytes());
    out.printf("%-8s %-28s %10s %10s %8s%n", "threads", "", "ours", "wllama", "ratio");
    for (Row r : rows) {
      out.printf(
          Locale.ROOT,
          "%-8d %-28s %10.2f %10s %8s  %s%n",
          r.threads,
          r.what,
          r.ours,
          Double.isNaN(r.rival) ? "-" : String.format(Locale.ROOT, "%.2f", r.rival),
          Double.isNaN(r.rival) ? "-" : String.format(Locale.ROOT, "%.2fx", r.ratio),
          r.unit);
    }
    out.println();
    for (int threads : ours.keySet()) {
      double decode =
          median(ours.getOrDefault(threads, List.of()), r -> r.answers().getFirst().decode());
      double rate = decode * s.bytesPerToken();
      out.printf(
          Locale.ROOT,
          "%d thread(s): decode reads %.1f GB/s, %.0f%% of what memory gives (weights once a token,"
              + " without the embedding)%n",
          threads,
          rate / 1e9,
          100 * rate / s.bandwidth()[threads == 1 ? 0 : 1]);
    }
    ours.forEach((threads, runs) ->
        runs.getLast().profiles().forEach(profile -> profile.print(out, threads)));
    out.flush();
  }

  /** Everything as JSON. */
  String json(Setting s) {
    rows(s);
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    BenchRun any = ours.values().iterator().next().getFirst();
    root.put("machine", Machine.describe());
    root.put("browser", any.browser());
    root.put("model", s.model());
    root.put("modelBytes", s.modelBytes());
    root.put("bytesPerToken", s.bytesPerToken());
    root.put("linearBytes", any.linearBytes());
    root.put("backend", any.backend());
    root.put("readBandwidthOneThread", s.bandwidth()[0]);
    root.put("readBandwidthAllThreads", s.bandwidth()[1]);
    root.put("rival", rival.isEmpty() ? null : Rival.PACKAGE + " " + Rival.VERSION);
    ArrayNode list = root.putArray("medians");
    for (Row r : rows) {
      ObjectNode node = list.addObject();
      node.put("threads", r.threads).put("what", r.what).put("unit", r.unit).put("ours", r.ours);
      if (!Double.isNaN(r.rival)) {
        node.put("rival", r.rival).put("ratio", r.ratio);
      }
    }
    return root.toPrettyString();
  }
}
