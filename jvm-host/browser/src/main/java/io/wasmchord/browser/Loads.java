package io.wasmchord.browser;

import com.microsoft.playwright.Page;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How long a model takes to load in a browser with a profile on disk: one round of one engine. Each
 * visit is a browser of its own.
 */
final class Loads {
  /** What is loaded, and whence. */
  enum Visit {
    NOT_KEPT("not kept"),
    FIRST("kept, first visit"),
    SECOND("kept, second visit"),
    STREAMED("layers from storage");

    final String title;

    Visit(String title) {
      this.title = title;
    }
  }

  /**
   * One visit.
   *
   * @param loadMs from the call to a model that can answer
   * @param firstMs from the call to the first token of a short prompt
   * @param text its greedy answer; empty for a rival
   * @param linearBytes of WebAssembly memory; -1 for a rival
   * @param peakBytes most memory that the page's process ever held; -1 where the system does not
   *     tell
   * @param readRate bytes a second of layers, while they were read from storage that the system had
   *     forgotten; NaN but for {@link Visit#STREAMED}
   */
  record Figures(
      double loadMs,
      double firstMs,
      String text,
      long linearBytes,
      long peakBytes,
      double readRate) {}

  /**
   * One round.
   *
   * @param storageRate bytes a second that a plain reader gets from the same file, forgotten again;
   *     NaN for a rival
   */
  record Round(Map<Visit, Figures> visits, double storageRate) {}

  private Loads() {}

  static Round ours(DemoServer server, String url, int threads) throws IOException {
    return round(server, url, threads, "loads", List.of(Visit.values()));
  }

  static Round rival(DemoServer server, String url, int threads) throws IOException {
    List<Visit> visits = List.of(Visit.NOT_KEPT, Visit.FIRST, Visit.SECOND);
    return round(server, url, threads, "loads-rival", visits);
  }

  private static Round round(
      DemoServer server, String url, int threads, String script, List<Visit> visits)
      throws IOException {
    Path profile = Files.createTempDirectory("chord-profile");
    try {
      Map<Visit, Figures> figures = new EnumMap<>(Visit.class);
      for (Visit visit : visits) {
        figures.put(visit, visit(profile, server, script, visit, arguments(url, threads, visit)));
      }
      boolean streamed = visits.contains(Visit.STREAMED);
      return new Round(figures, streamed ? PageCache.coldRate(largest(profile)) : Double.NaN);
    } finally {
      delete(profile);
    }
  }

  private static Map<String, Object> arguments(String url, int threads, Visit visit) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("url", url);
    arguments.put("threads", threads);
    arguments.put("keep", visit != Visit.NOT_KEPT);
    arguments.put("streamed", visit == Visit.STREAMED);
    return arguments;
  }

  @SuppressWarnings("unchecked")
  private static Figures visit(
      Path profile, DemoServer server, String script, Visit visit, Map<String, Object> arguments) {
    try (Chromium.OnDisk chromium = Chromium.onDisk(profile)) {
      Page page = chromium.context().newPage();
      page.setDefaultTimeout(0);
      page.exposeFunction("forgetPages", ignored -> PageCache.drop());
      page.navigate("http://127.0.0.1:" + server.port() + "/models/");
      Map<String, Object> result =
          (Map<String, Object>) page.evaluate(BenchRun.script(script), arguments);
      if (Boolean.FALSE.equals(result.get("stored")) && visit != Visit.NOT_KEPT) {
        throw new IllegalStateException("the browser did not keep the model; is the disk full?");
      }
      return new Figures(
          number(result, "load"),
          number(result, "first"),
          (String) result.getOrDefault("text", ""),
          result.containsKey("linearBytes") ? (long) number(result, "linearBytes") : -1,
          RendererMemory.peakBytes(),
          result.containsKey("readMs")
              ? 1000 * number(result, "bytesRead") / number(result, "readMs")
              : Double.NaN);
    }
  }

  private static double number(Map<String, Object> map, String name) {
    return ((Number) Objects.requireNonNull(map.get(name), name)).doubleValue();
  }

  private static Path largest(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(Loads::size))
          .orElseThrow();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
