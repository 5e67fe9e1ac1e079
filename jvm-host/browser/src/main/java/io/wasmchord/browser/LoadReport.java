package io.wasmchord.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.browser.Loads.Figures;
import io.wasmchord.browser.Loads.Visit;
import io.wasmchord.cli.bench.Machine;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Medians of loads, ours beside the rival's.
 *
 * @param rival none where nothing was measured of it
 */
record LoadReport(String model, long modelBytes, List<Loads.Round> ours, List<Loads.Round> rival) {
  private static final double MIB = 1 << 20;

  private static double median(List<Loads.Round> rounds, ToDoubleFunction<Loads.Round> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  private static double of(List<Loads.Round> rounds, Visit visit, ToDoubleFunction<Figures> value) {
    return median(
        rounds.stream().filter(round -> round.visits().containsKey(visit)).toList(),
        round -> value.applyAsDouble(Objects.requireNonNull(round.visits().get(visit))));
  }

  private double layerRate() {
    return of(ours, Visit.STREAMED, Figures::readRate);
  }

  private double storageRate() {
    return median(ours, Loads.Round::storageRate);
  }

  private double linearBytes() {
    return of(ours, Visit.FIRST, f -> f.linearBytes());
  }

  void print(PrintWriter out) {
    out.printf(Locale.ROOT, "machine  %s%n", Machine.describe());
    out.printf(Locale.ROOT, "model    %s, %.1f MB%n", model, modelBytes / 1e6);
    out.printf(
        Locale.ROOT,
        "runs     medians of %d, a profile on disk; WebAssembly memory %.1f MiB (%.3f of the file)%n%n",
        ours.size(),
        linearBytes() / MIB,
        linearBytes() / modelBytes);
    out.printf("%-36s %10s %10s %8s%n", "", "ours", "wllama", "ratio");
    for (Visit visit : Visit.values()) {
      line(out, "load, " + visit.title, "ms", visit, Figures::loadMs);
      line(out, "first token, " + visit.title, "ms", visit, Figures::firstMs);
      line(out, "peak process, " + visit.title, "MiB", visit, f -> f.peakBytes() / MIB);
    }
    out.printf(
        Locale.ROOT,
        "%nlayers are read at %.2f GB/s, %.0f%% of what a plain reader gets of the same file (%s)%n",
        layerRate() / 1e9,
        100 * layerRate() / storageRate(),
        PageCache.canDrop()
            ? "both after the system forgot it"
            : "which the system may have in memory: only root can make it forget");
    out.flush();
  }

  private void line(
      PrintWriter out, String what, String unit, Visit visit, ToDoubleFunction<Figures> value) {
    double a = of(ours, visit, value);
    double b = of(rival, visit, value);
    out.printf(
        Locale.ROOT,
        "%-36s %10.0f %10s %8s  %s%n",
        what,
        a,
        Double.isNaN(b) ? "-" : String.format(Locale.ROOT, "%.0f", b),
        Double.isNaN(b) ? "-" : String.format(Locale.ROOT, "%.2fx", b / a),
        unit);
  }

  String json() {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("machine", Machine.describe());
    root.put("model", model);
    root.put("modelBytes", modelBytes);
    root.put("linearBytes", (long) linearBytes());
    root.put("layerBytesPerSecond", layerRate());
    root.put("storageBytesPerSecond", storageRate());
    root.put("storageForgotten", PageCache.canDrop());
    ArrayNode list = root.putArray("medians");
    for (Visit visit : Visit.values()) {
      ObjectNode node = list.addObject().put("visit", visit.title);
      node.put("loadMs", of(ours, visit, Figures::loadMs));
      node.put("firstTokenMs", of(ours, visit, Figures::firstMs));
      node.put("peakBytes", (long) of(ours, visit, f -> f.peakBytes()));
      double theirs = of(rival, visit, Figures::loadMs);
      if (!Double.isNaN(theirs)) {
        node.put("rivalLoadMs", theirs);
        node.put("rivalFirstTokenMs", of(rival, visit, Figures::firstMs));
      }
    }
    return root.toPrettyString();
  }

  /** What our engine answered, once for each visit of each round. */
  List<String> answers() {
    return ours.stream()
        .flatMap(round ->
            Arrays.stream(Visit.values())
                .map(visit -> Objects.requireNonNull(round.visits().get(visit)).text()))
        .toList();
  }
}
