package io.wasmchord.benchmarks;

import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chord bench --kernels}: the JVM's products, in multiplications and bytes a second. */
@Command(
    name = "chord bench --kernels",
    mixinStandardHelpOptions = true,
    description = {
      "Measures matrix products on one thread with JMH, beside a plain kernel that decodes and multiplies",
      "floats, one row at a time, and beside what memory gives. 'of others': with one row bytes a second over",
      "those of Q4_K, with more rows multiplications a second over those of Q8_0, where these are measured too."
    })
public final class KernelBenchmarks implements Callable<Integer> {
  @Option(names = "--kernels", description = "Measure kernels (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean kernels;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--types",
      split = ",",
      defaultValue = "Q4_K,Q6_K,Q4_0,Q8_0,Q5_K,Q2_K,F16",
      paramLabel = "TYPE",
      description =
          "Weight formats, or all for all that are quantized (default: ${DEFAULT-VALUE}).")
  private List<String> names = List.of();

  private List<TensorType> types = List.of();

  @Option(
      names = "--tokens",
      split = ",",
      defaultValue = "1,16",
      paramLabel = "N",
      description = "Rows of activations (default: ${DEFAULT-VALUE}).")
  private List<Integer> tokens = List.of();

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new KernelBenchmarks(), args));
  }

  @Override
  public Integer call() throws RunnerException {
    types = names.stream().flatMap(this::named).distinct().toList();
    Map<String, Double> nanos = new TreeMap<>();
    for (TensorType type : types) {
      List<String> methods = new ArrayList<>(List.of("ours"));
      if (PlainDot.supports(type)) {
        methods.add("plain");
      }
      for (String method : methods) {
        ChainedOptionsBuilder options =
            new OptionsBuilder()
                .include(ProductBenchmark.class.getName() + "\\." + method + "$")
                .param("type", type.name())
                .param("tokens", tokens.stream().map(String::valueOf).toArray(String[]::new))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .forks(1);
        collect(new Runner(options.build()).run(), nanos);
      }
    }
    print(nanos);
    return 0;
  }

  private Stream<TensorType> named(String name) {
    if (name.equals("all")) {
      return Arrays.stream(TensorType.values())
          .filter(type -> type.format() instanceof IntegerFormat);
    }
    return Stream.of(
        Arrays.stream(TensorType.values())
            .filter(type -> type.name().equals(name) && type.format() instanceof WeightFormat)
            .findFirst()
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(), "--types " + name + ": no format of weights; try Q4_K")));
  }

  private static void collect(Collection<RunResult> results, Map<String, Double> nanos) {
    for (RunResult result : results) {
      String method = result.getParams().getBenchmark().replaceAll(".*\\.", "");
      nanos.put(
          key(
              TensorType.valueOf(result.getParams().getParam("type")),
              Integer.parseInt(result.getParams().getParam("tokens")),
              method),
          result.getPrimaryResult().getScore());
    }
  }

  private static String key(TensorType type, int tokens, String method) {
    return type + " " + tokens + " " + method;
  }

  private void print(Map<String, Double> nanos) {
    double memory = Machine.readBandwidth(1);
    System.out.printf(
        Locale.ROOT,
        "machine  %s%nmemory   reads %.1f GB/s with one thread%n%d x %d, with several rows %d x %d, one thread%n%n",
        Machine.describe(),
        memory / 1e9,
        ProductBenchmark.rows(1),
        ProductBenchmark.COLS,
        ProductBenchmark.rows(2),
        ProductBenchmark.COLS);
    System.out.printf(
        "%-8s %6s %10s %8s %10s %9s %10s %8s%n",
        "", "tokens", "G mul/s", "GB/s", "of memory", "of others", "plain", "ratio");
    for (TensorType type : types) {
      for (int n : tokens) {
        double ours = nanos.getOrDefault(key(type, n, "ours"), Double.NaN);
        Double plain = nanos.get(key(type, n, "plain"));
        int rows = ProductBenchmark.rows(n);
        double values = (double) rows * ProductBenchmark.COLS;
        double bytes = (double) rows * type.rowBytes(ProductBenchmark.COLS);
        System.out.printf(
            Locale.ROOT,
            "%-8s %6d %10.2f %8.2f %9.0f%% %9.2f %10s %8s%n",
            type,
            n,
            values * n / ours,
            bytes / ours,
            100 * bytes / ours * 1e9 / memory,
            ofOthers(nanos, type, n, ours),
            plain == null ? "-" : String.format(Locale.ROOT, "%.2f", values * n / plain),
            plain == null ? "-" : String.format(Locale.ROOT, "%.1fx", plain / ours));
      }
    }
  }

  /** Bytes a second over Q4_K's with one row; with more, multiplications a second over Q8_0's. */
  private static double ofOthers(Map<String, Double> nanos, TensorType type, int n, double ours) {
    TensorType other = n == 1 ? TensorType.Q4_K : TensorType.Q8_0;
    double time = nanos.getOrDefault(key(other, n, "ours"), Double.NaN) / ours;
    int cols = ProductBenchmark.COLS;
    return n == 1 ? time * type.rowBytes(cols) / other.rowBytes(cols) : time;
  }
}
