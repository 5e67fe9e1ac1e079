package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.vector.Profile;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures speed, after checking that the answer is the same every time. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures load, prefill, decode and memory; medians of several runs after a warm-up.",
      "The greedy answer must be the same in all of them, or nothing is reported."
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(
      names = "--compare",
      description = "Measure native llama.cpp (npm's node-llama-cpp) in turn with ours.")
  private boolean compare;

  @Option(names = "--profile", description = "Show the share of time of each kind of step.")
  private boolean profiled;

  @Option(
      names = "--constrained",
      description = "Measure what holding answers to a schema costs, beside plain decoding.")
  private boolean constrained;

  @Option(
      names = "--parallel",
      split = ",",
      paramLabel = "N",
      description = {
        "Measure so many sequences decoded together, e.g. 1,4: tokens of all,",
        "and the ratio to the first number."
      })
  private List<Integer> parallel = List.of();

  @Option(
      names = "--server",
      split = ",",
      paramLabel = "N",
      description = {
        "Measure so many clients of chord serve at once, over HTTP, e.g. 1,8: tokens of all,",
        "and the ratio to the first number."
      })
  private List<Integer> clients = List.of();

  @Option(
      names = "--speculative",
      description = {
        "Measure what looking up proposed tokens gains, beside plain decoding,",
        "in place of the figures that are measured otherwise."
      })
  private boolean speculative;

  private long cacheBytes; // of the longest session

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchParallel.check(parallel);
    BenchServer.check(clients);
    NativeLlama rival = compare ? NativeLlama.install() : null;
    Profile profile = profiled ? new Profile() : null;
    try (LoadedModel loaded =
        model.open(
            spec.commandLine().getErr(),
            builder ->
                builder
                    .contextAtMost(Collections.max(options.lengths()) + options.tokens())
                    .profile(profile))) {
      List<BenchFigures> ours = new ArrayList<>();
      List<BenchFigures> theirs = new ArrayList<>();
      List<int[]> answers = new ArrayList<>();
      BenchStreaming streaming = null;
      for (int run = 0; run <= options.runs() && !speculative; run++) {
        BenchFigures figures = measure(loaded, answers);
        if (run == 0) {
          streaming = BenchStreaming.begin(loaded);
          continue; // the warm-up, which also gives the answers to compare with
        }
        ours.add(figures);
        if (rival != null) {
          theirs.add(
              rival.run(
                  model.paths(spec.commandLine().getErr()).getFirst(),
                  model.threads(),
                  options.lengths(),
                  options.tokens()));
        }
      }
      ObjectNode report = report(loaded, ours, theirs);
      if (streaming != null) {
        streaming.report(report);
      }
      if (constrained) {
        BenchConstrained.report(loaded, options.tokens(), options.runs(), report);
      }
      if (!parallel.isEmpty()) {
        new BenchParallel(loaded, options.tokens(), model.kvCache())
            .report(parallel, options.runs(), report);
      }
      if (speculative) {
        new BenchSpeculative(
                loaded,
                options.tokens(),
                options.runs(),
                model.kvCache(),
                spec.commandLine().getErr())
            .report(report);
      }
      if (profile != null) {
        report.set("profile", shares(loaded, profile));
      }
      if (!clients.isEmpty()) { // last, since the server closes its model
        new BenchServer(loaded, options.tokens()).report(clients, options.runs(), report);
      }
      print(report);
      return 0;
    }
  }

  /** Answers a prompt of each length; the answers must be those of the run before. */
  private BenchFigures measure(LoadedModel loaded, List<int[]> answers) {
    BenchFigures figures = new BenchFigures(loaded.loadNanos() / 1e6);
    for (int i = 0; i < options.lengths().size(); i++) {
      GenerationResult r = answer(loaded, options.lengths().get(i), options.tokens());
      if (answers.size() <= i) {
        answers.add(r.tokens());
      } else if (!Arrays.equals(answers.get(i), r.tokens())) {
        throw new GenerationException(
            "two runs gave different tokens; the figures would mean nothing");
      }
      figures.add(
          options.lengths().get(i),
          r.prefillPerSecond(),
          r.decodePerSecond(),
          r.firstTokenNanos() / 1e6);
    }
    return figures;
  }

  private GenerationResult answer(LoadedModel loaded, int length, int tokens) {
    int vocabulary = loaded.model().config().vocabulary();
    int[] prompt = new int[length];
    for (int i = 0; i < length; i++) {
      prompt[i] = (int) ((i * 2654435761L + 17) % vocabulary);
    }
    try (Session session =
        new Session(
            loaded.model(), loaded.tokenizer(), length + tokens, model.kvCache(), Clock.system())) {
      cacheBytes = Math.max(cacheBytes, session.cacheBytes());
      return session.generate(
          prompt,
          new GenerationOptions(tokens, List.of(), SamplerOptions.greedy(), true),
          text -> true,
          RunControl.NONE);
    }
  }

  private ObjectNode report(
      LoadedModel loaded, List<BenchFigures> ours, List<BenchFigures> theirs) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("model", loaded.file().fileName()).put("bytes", loaded.fileBytes());
    node.put("machine", Machine.describe());
    node.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    node.put("backend", loaded.backendName())
        .put("threads", model.threads())
        .put("runs", options.runs());
    node.put("tokens", options.tokens());
    if (ours.isEmpty()) {
      return node;
    }
    for (String name : ours.getFirst().values().keySet()) {
      double a = BenchFigures.median(ours, name);
      node.put(name, a);
      if (!theirs.isEmpty()) {
        double b = BenchFigures.median(theirs, name);
        node.put("native_" + name, b);
        node.put(
            "ratio_" + name, Math.round(100 * (BenchFigures.time(name) ? b / a : a / b)) / 100.0);
      }
    }
    bandwidth(
        node,
        loaded,
        BenchFigures.median(
            ours, "decode_after_" + options.lengths().getFirst() + "_tokens_per_s"));
    node.put("kv_cache", model.kvCache().label()).put("kv_cache_bytes", cacheBytes);
    node.put("allocated_bytes", loaded.allocatedBytes());
    Long peak = peakResident();
    if (peak != null) {
      node.put("peak_resident_bytes", peak);
    }
    return node;
  }

  /** What decoding reads of memory, beside what memory gives. */
  private void bandwidth(ObjectNode node, LoadedModel loaded, double decode) {
    double reads = decode * ModelFile.bytesPerToken(loaded.file());
    double gives = Machine.readBandwidth(model.threads());
    node.put("memory_reads_gb_per_s", Math.round(gives / 1e7) / 100.0);
    node.put("decode_reads_gb_per_s", Math.round(reads / 1e7) / 100.0);
    node.put("decode_share_of_memory", Math.round(100 * reads / gives) / 100.0);
  }

  /** The most memory that this process held, mapped pages of the file included; null if unknown. */
  private static @Nullable Long peakResident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return null; // another system
    }
    return null;
  }

  /** Shares of time while prompts are fed, and while tokens are decoded. */
  private ObjectNode shares(LoadedModel loaded, Profile profile) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    int length = options.lengths().getFirst();
    profile.clear();
    answer(loaded, length, 1);
    Map<String, Long> prefill = profile.nanos();
    share(node.putObject("prefill"), prefill);
    profile.clear();
    answer(loaded, 1, options.tokens());
    share(node.putObject("decode"), profile.nanos());
    return node;
  }

  private static void share(ObjectNode node, Map<String, Long> nanos) {
    double total = nanos.values().stream().mapToLong(Long::longValue).sum();
    nanos.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e ->
            node.put(
                e.getKey(),
                String.format(
                    Locale.ROOT,
                    "%.1f%% (%.2f ms)",
                    100 * e.getValue() / total,
                    e.getValue() / 1e6)));
  }

  private void print(ObjectNode report) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      report
          .properties()
          .forEach(e -> {
            if (e.getValue().isObject()) {
              e.getValue().properties().forEach(phase -> table(out, e.getKey(), phase));
            } else {
              out.println(e.getKey() + ": " + e.getValue().asText());
            }
          });
    }
    out.flush();
  }

  private static void table(
      PrintWriter out, String title, Map.Entry<String, com.fasterxml.jackson.databind.JsonNode> p) {
    out.println(title + ", " + p.getKey() + ":");
    p.getValue()
        .properties()
        .forEach(e -> out.printf("  %-16s %s%n", e.getKey(), e.getValue().asText()));
  }
}
