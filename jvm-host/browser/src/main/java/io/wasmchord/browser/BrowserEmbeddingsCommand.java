package io.wasmchord.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.errors.InvalidRequestException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord bench --browser --embeddings}: texts a second in Chromium, beside a rival's. */
@Command(
    name = "chord bench --browser --embeddings",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how many texts a second become vectors in Chromium; medians of several runs.",
      "Every engine has a browser of its own. Vectors must be the same, or nothing is reported."
    })
public final class BrowserEmbeddingsCommand implements Callable<Integer> {
  private static final int SHORT = 10;
  private static final int LONG = 128;
  private static final int TEXTS = 32;
  private static final double SAME = 0.99; // of cosines; quantized activations differ
  private static final List<String> LABELS =
      List.of("10 tokens, one at a time", "128 tokens, one at a time", "32 of 128 tokens together");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--browser", description = "Measure in Chromium (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean browser;

  @Option(names = "--embeddings", description = "Measure vectors (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean embeddings;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "FILE",
      description = "The GGUF file; chord bench --embeddings --keep DIR writes some.")
  private Path model = Path.of("");

  @Option(names = "--threads", split = ",", defaultValue = "1,2", description = "(default: 1,2)")
  private List<Integer> threads = List.of();

  @Option(
      names = "--simd",
      defaultValue = "auto",
      description = "auto, relaxed, simd128 or none (default: ${DEFAULT-VALUE}).")
  private String simd = "auto";

  @Option(
      names = "--runs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Counted runs (default: ${DEFAULT-VALUE}).")
  private int runs = 5;

  @Option(
      names = "--rival",
      description = "Measure npm's " + Rival.PACKAGE + " " + Rival.VERSION + " too.")
  private boolean rival;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new BrowserEmbeddingsCommand(), args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isReadable(model)) {
      throw new InvalidRequestException("cannot read " + model);
    }
    Path file = model.toRealPath(); // the server follows no links
    Map<String, Path> mounts = new TreeMap<>();
    mounts.put("/models", file.getParent());
    if (rival) {
      mounts.put("/rival", Rival.install());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine  %s%n", Machine.describe());
    out.printf("model    %s, %.1f MB%n", file.getFileName(), Files.size(file) / 1e6);
    out.printf("runs     medians of %d%n%n", runs);
    out.printf(
        "%-8s %-28s %10s %10s %8s%n", "threads", "texts a second", "ours", "wllama", "ratio");
    try (DemoServer server = DemoServer.startWithoutPolicy(EnginePage.site(), 0, mounts)) {
      for (int t : threads) {
        measure(server, BrowserLogits.address(server, file), t, out);
      }
    }
    return 0;
  }

  private void measure(DemoServer server, String url, int count, PrintWriter out) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.putAll(Map.of("url", url, "threads", count, "simd", simd, "rounds", runs));
    arguments.putAll(Map.of("short", SHORT, "long", LONG, "count", TEXTS));
    Map<String, Object> ours = run(server, "embed-ours", arguments);
    arguments.put("shorts", field(ours, "shorts"));
    arguments.put("longs", field(ours, "longs"));
    List<Number> theirs = List.of();
    if (rival) {
      Map<String, Object> other = run(server, "embed-rival", arguments);
      requireSame(ours, other);
      theirs = numbers(other, "figures");
    }
    for (int i = 0; i < LABELS.size(); i++) {
      double a = numbers(ours, "figures").get(i).doubleValue();
      double b = theirs.isEmpty() ? Double.NaN : theirs.get(i).doubleValue();
      out.printf(
          Locale.ROOT,
          "%-8d %-28s %10.1f %10s %8s%n",
          count,
          LABELS.get(i),
          a,
          theirs.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f", b),
          theirs.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2fx", a / b));
      out.flush();
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> run(
      DemoServer server, String engine, Map<String, Object> arguments) {
    try (Chromium chromium = Chromium.start();
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(0);
      page.navigate("http://127.0.0.1:" + server.port() + "/models/");
      return (Map<String, Object>) page.evaluate(BenchRun.script(engine), arguments);
    }
  }

  private static Object field(Map<String, Object> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  @SuppressWarnings("unchecked")
  private static List<Number> numbers(Map<String, Object> map, String name) {
    return (List<Number>) field(map, name);
  }

  /** The vectors of the long texts, and how many tokens these had. */
  @SuppressWarnings("unchecked")
  private static void requireSame(Map<String, Object> ours, Map<String, Object> theirs) {
    List<List<Number>> a = (List<List<Number>>) field(ours, "check");
    List<List<Number>> b = (List<List<Number>>) field(theirs, "check");
    double least = 1;
    for (int i = 0; i < TEXTS; i++) {
      least = Math.min(least, cosine(a.get(i), b.get(i)));
    }
    if (!(least >= SAME) || !field(ours, "tokens").equals(field(theirs, "tokens"))) {
      throw new IllegalStateException(
          "a vector differs from %s's: cosine %s, %s and %s tokens; nothing is reported"
              .formatted(Rival.PACKAGE, least, field(ours, "tokens"), field(theirs, "tokens")));
    }
  }

  private static double cosine(List<Number> a, List<Number> b) {
    double sum = 0;
    double as = 0;
    double bs = 0;
    for (int i = 0; i < a.size(); i++) {
      double x = a.get(i).doubleValue();
      double y = b.get(i).doubleValue();
      sum += x * y;
      as += x * x;
      bs += y * y;
    }
    return sum / Math.sqrt(as * bs);
  }
}
