package io.wasmchord.browser;

import com.microsoft.playwright.PlaywrightException;
import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.BenchOptions;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.cli.bench.ModelFile;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord bench --browser}: speed and memory in Chromium, beside a rival's. */
@Command(
    name = "chord bench --browser",
    mixinStandardHelpOptions = true,
    description = {
      "Measures load, prefill, decode and memory in Chromium; medians of several runs.",
      "Every run starts a browser of its own. The greedy answer to a fixed prompt must be the same",
      "in all of them, or nothing is reported."
    })
public final class BrowserBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--browser", description = "Measure in Chromium (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean browser;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "The GGUF file (default: the demo model).")
  private Path model = Path.of(System.getProperty("chord.demoModel", ""));

  @Option(names = "--threads", split = ",", defaultValue = "1,2", description = "(default: 1,2)")
  private List<Integer> threads = List.of();

  @Option(
      names = "--simd",
      defaultValue = "auto",
      description = "auto, relaxed, simd128 or none (default: ${DEFAULT-VALUE}).")
  private String simd = "auto";

  @Option(
      names = "--backend",
      defaultValue = "auto",
      description = {
        "auto, webgpu, simd or scalar (default: ${DEFAULT-VALUE}). With webgpu the rival",
        "uses its own, and what a token asks of the GPU is counted for both."
      })
  private String backend = "auto";

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--rival",
      description = "Measure npm's " + Rival.PACKAGE + " " + Rival.VERSION + " in turn with ours.")
  private boolean rival;

  @Option(
      names = "--constrained",
      description = "Measure what it costs to hold answers to a schema, too.")
  private boolean constrained;

  @Option(
      names = "--profile",
      description = "Show where the time of a token goes: kernels and barriers of each thread.")
  private boolean profiled;

  @Option(
      names = "--loading",
      description = {
        "Measure only how long the model takes to load: not kept, kept in a profile on disk, from",
        "there at the next visit, and with half of its layers read while it computes."
      })
  private boolean loading;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new BrowserBenchCommand(), args));
  }

  /** What an exception says, without the browser's stack. */
  private static String reason(PlaywrightException e) {
    String message = String.valueOf(e.getMessage());
    Matcher inner = Pattern.compile("message='(.*)").matcher(message);
    return inner.find() ? inner.group(1) : message;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try {
      return bench();
    } catch (PlaywrightException e) {
      throw new IllegalStateException(reason(e), e);
    }
  }

  private int bench() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (!Files.isReadable(model)) {
      err.println("chord: cannot read " + model);
      return 1;
    }
    Path file = model.toRealPath(); // the server follows no links
    Map<String, Path> mounts = new TreeMap<>();
    mounts.put("/models", file.getParent());
    if (rival) {
      mounts.put("/rival", Rival.install());
    }
    if (loading) {
      return loads(file, mounts, err);
    }
    BenchReport report = new BenchReport();
    try (DemoServer server = DemoServer.startWithoutPolicy(EnginePage.site(), 0, mounts)) {
      String url = BrowserLogits.address(server, file);
      if (!measure(server, url, report, err)) {
        return 1;
      }
    }
    BenchReport.Setting setting =
        new BenchReport.Setting(
            file.getFileName().toString(),
            Files.size(file),
            ModelFile.bytesPerToken(ModelFile.header(file)),
            new double[] {
              Machine.readBandwidth(1),
              Machine.readBandwidth(Runtime.getRuntime().availableProcessors())
            },
            options.lengths(),
            options.tokens());
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(report.json(setting));
      out.flush();
    } else {
      report.print(out, setting);
    }
    return 0;
  }

  private int loads(Path file, Map<String, Path> mounts, PrintWriter err) throws IOException {
    List<Loads.Round> ours = new ArrayList<>();
    List<Loads.Round> theirs = new ArrayList<>();
    int most = threads.stream().mapToInt(Integer::intValue).max().orElse(1);
    try (DemoServer server = DemoServer.startWithoutPolicy(EnginePage.site(), 0, mounts)) {
      String url = BrowserLogits.address(server, file);
      for (int run = 0; run < options.runs(); run++) {
        ours.add(Loads.ours(server, url, most));
        if (rival) {
          theirs.add(Loads.rival(server, url, most));
        }
        err.println("run %d of %d is done".formatted(run + 1, options.runs()));
      }
    }
    LoadReport report =
        new LoadReport(file.getFileName().toString(), Files.size(file), ours, theirs);
    if (report.answers().stream().distinct().count() > 1) {
      err.println("chord: the answers of two loads differ; nothing is reported");
      return 1;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(report.json());
      out.flush();
    } else {
      report.print(out);
    }
    return 0;
  }

  private boolean measure(DemoServer server, String url, BenchReport report, PrintWriter err) {
    String answer = null;
    for (int run = 0; run < options.runs(); run++) {
      for (int t : threads) {
        BenchRun.Work work = new BenchRun.Work(url, t, options.lengths(), options.tokens());
        BenchRun.Extras extras = new BenchRun.Extras(simd, backend, constrained, profiled);
        BenchRun ours = BenchRun.ours(server, work, extras, run + 1);
        err.println(
            "run %d of %d, %d thread(s): ours %s"
                .formatted(run + 1, options.runs(), t, rates(ours)));
        if (answer != null && !answer.equals(ours.check())) {
          err.println("chord: the answers of two runs differ; nothing is reported");
          return false;
        }
        answer = ours.check();
        report.addOurs(t, ours);
        if (rival) {
          List<String> prompts = ours.answers().stream().map(BenchRun.Answer::prompt).toList();
          BenchRun theirs = BenchRun.rival(server, work, prompts, backend);
          err.println(
              "run %d of %d, %d thread(s): %s %s"
                  .formatted(run + 1, options.runs(), t, Rival.PACKAGE, rates(theirs)));
          report.addRival(t, theirs);
        }
      }
    }
    return true;
  }

  private static String rates(BenchRun run) {
    List<String> parts = new ArrayList<>();
    for (BenchRun.Answer a : run.answers()) {
      parts.add(
          "%d tokens: prefill %.1f, decode %.1f tok/s"
              .formatted(a.promptTokens(), a.prefill(), a.decode()));
    }
    return String.join("; ", parts);
  }
}
