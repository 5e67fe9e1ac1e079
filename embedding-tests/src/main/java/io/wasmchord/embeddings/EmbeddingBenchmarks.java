package io.wasmchord.embeddings;

import ai.onnxruntime.OrtException;
import io.wasmchord.backend.KvType;
import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.cli.files.QuantizeCommand;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.vector.Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord bench --embeddings}: texts a second on the JVM, beside ONNX Runtime. */
@Command(
    name = "chord bench --embeddings",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how many texts a second become vectors, in turn with ONNX Runtime, which is given the same",
      "tokens. Vectors must be the same, or nothing is reported. The models are those of langchain4j's jars;",
      "another GGUF file is measured alone."
    })
public final class EmbeddingBenchmarks implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--embeddings", description = "Measure embeddings (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean embeddings;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "A GGUF file, measured alone.")
  private @Nullable Path model;

  @Option(
      names = "--bert",
      defaultValue = "minilm",
      description =
          "Which of Maven Central's: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Bert bert = Bert.MINILM;

  @Option(
      names = "--types",
      split = ",",
      defaultValue = "f32,q8_0",
      paramLabel = "TYPE",
      description = "f32, or what chord quantize writes (default: ${DEFAULT-VALUE}).")
  private List<String> types = List.of();

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the GGUF files there, for chord bench --browser --embeddings -m FILE.")
  private @Nullable Path keep;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; by default one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--runs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Counted runs (default: ${DEFAULT-VALUE}).")
  private int runs = 5;

  @Option(names = "--profile", description = "Show the share of time of each kind of step.")
  private boolean profiled;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new EmbeddingBenchmarks(), args));
  }

  @Override
  public Integer call() throws IOException, OrtException {
    if (threads < 1 || runs < 1) {
      throw new InvalidRequestException("--threads and --runs are at least 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine  %s%n", Machine.describe());
    out.printf("threads  %d%n", threads);
    out.printf(
        "runs     medians of %d; texts of %d tokens, or %d of %d tokens%n%n",
        runs, Workload.SHORT, Workload.TEXTS, Workload.LONG);
    out.printf(
        "%-16s %-26s %10s %14s %8s%n", "texts a second", "", "wasm-chord", "ONNX Runtime", "ratio");
    if (model != null) {
      measure(model, null, out);
      return 0;
    }
    Path folder = keep == null ? Files.createTempDirectory("chord-bench") : keep;
    try {
      Files.createDirectories(folder);
      try (OnnxModel rival = new OnnxModel(bert.weights(), threads)) {
        for (String type : types) {
          measure(written(folder, type), rival, out);
        }
      }
    } finally {
      if (keep == null) {
        delete(folder);
      }
    }
    return 0;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private Path written(Path folder, String type) throws IOException {
    String name = bert.name().toLowerCase(Locale.ROOT);
    Path plain = folder.resolve(name + "-f32.gguf");
    if (!Files.exists(plain)) {
      bert.write(true, plain);
    }
    if (type.equalsIgnoreCase("f32")) {
      return plain;
    }
    Path path = folder.resolve(name + "-" + type.toLowerCase(Locale.ROOT) + ".gguf");
    int code =
        new CommandLine(new QuantizeCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setErr(new PrintWriter(Writer.nullWriter()))
            .execute(plain.toString(), path.toString(), "--force", "--type", type);
    if (code != 0) {
      throw new IllegalStateException("chord quantize failed; is " + type + " one of its types?");
    }
    return path;
  }

  private void measure(Path file, @Nullable OnnxModel rival, PrintWriter out) throws OrtException {
    Profile profile = profiled ? new Profile() : null;
    try (LoadedModel loaded =
        LoadedModel.builder(file).threads(threads).kvCache(KvType.F32).profile(profile).load()) {
      Workload work = new Workload(loaded.embedder(), loaded.tokenizer());
      if (rival != null) {
        check(work, rival);
      }
      for (Workload.Kind kind : Workload.Kind.values()) {
        Rates rates = Rates.measure(runs, work, kind, rival, bert.cls());
        out.printf(
            Locale.ROOT,
            "%-16s %-26s %10.1f %14s %8s%n",
            file.getFileName().toString().replace(".gguf", ""),
            kind.label(),
            rates.ours(),
            rival == null ? "-" : String.format(Locale.ROOT, "%.1f", rates.theirs()),
            rival == null ? "-" : String.format(Locale.ROOT, "%.2f", rates.ratio()));
        out.flush();
        if (profile != null) {
          profile.clear();
          work.run(kind);
          shares(profile, out);
        }
      }
    }
  }

  private static void shares(Profile profile, PrintWriter out) {
    double total = profile.nanos().values().stream().mapToLong(Long::longValue).sum();
    profile.nanos().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e ->
            out.printf(
                Locale.ROOT,
                "  %-16s %5.1f%% (%.2f ms)%n",
                e.getKey(),
                100 * e.getValue() / total,
                e.getValue() / 1e6));
  }

  private void check(Workload work, OnnxModel rival) throws OrtException {
    double least = 1;
    for (Workload.Kind kind : Workload.Kind.values()) {
      List<float[]> ours = work.run(kind);
      List<double[]> theirs = work.run(kind, rival, bert.cls());
      for (int i = 0; i < ours.size(); i++) {
        least = Math.min(least, cosine(theirs.get(i), ours.get(i)));
      }
    }
    if (!(least >= Workload.SAME)) {
      throw new GenerationException(
          "a cosine with ONNX Runtime's vector is " + least + "; the figures would mean nothing");
    }
  }

  /** Of two vectors of length 1. */
  static double cosine(double[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
