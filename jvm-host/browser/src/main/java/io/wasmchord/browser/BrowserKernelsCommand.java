package io.wasmchord.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.bench.Machine;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord bench --browser --kernels}: the browser's products, format by format. */
@Command(
    name = "chord bench --browser --kernels",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the emitted kernels alone in Chromium, on one thread: a matrix from memory times one row of",
      "activations in bytes a second, also over Q4_K's; a smaller one times 32 rows in multiplications a",
      "second, also over Q8_0's. Medians; the formats take turns."
    })
public final class BrowserKernelsCommand implements Callable<Integer> {
  private static final int ROWS = 32768;
  private static final int TILE_ROWS = 2048;
  private static final int TOKENS = 32;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--browser", description = "Measure in Chromium (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean browser;

  @Option(names = "--kernels", description = "Measure kernels (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean kernels;

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "TYPE",
      description = "Weight formats beside Q4_K and Q8_0 (default: all that are quantized).")
  private List<TensorType> types = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "9",
      paramLabel = "N",
      description = "Samples of each (default: ${DEFAULT-VALUE}).")
  private int rounds = 9;

  @Option(names = "--simd128", description = "Without relaxed SIMD.")
  private boolean plain;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new BrowserKernelsCommand(), args));
  }

  @Override
  public Integer call() throws IOException {
    List<TensorType> all = Arrays.stream(TensorType.values()).filter(this::integers).toList();
    List<TensorType> measured =
        Stream.concat(
                Stream.of(TensorType.Q4_K, TensorType.Q8_0),
                (types.isEmpty() ? all : types).stream())
            .filter(this::integers)
            .distinct()
            .toList();
    KernelImage image = new KernelImage(measured, !plain, ROWS, TOKENS);
    List<Integer> lists = new ArrayList<>();
    for (TensorType type : measured) {
      lists.add(image.product(type, ROWS, 1));
      lists.add(image.product(type, TILE_ROWS, TOKENS));
    }
    print(measured, run(image.arguments(lists, rounds)));
    return 0;
  }

  private boolean integers(TensorType type) {
    return type.format() instanceof IntegerFormat;
  }

  @SuppressWarnings("unchecked")
  private static List<Number> run(Map<String, Object> arguments) throws IOException {
    try (Chromium chromium = Chromium.start();
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(0);
      return (List<Number>) page.evaluate(BenchRun.script("kernels"), arguments);
    }
  }

  private void print(List<TensorType> measured, List<Number> millis) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine  %s%n", Machine.describe());
    out.printf("%s, one thread%n%n", plain ? "simd128" : "relaxed SIMD");
    out.printf("%-8s %8s %8s %10s %8s%n", "", "GB/s", "of Q4_K", "G mul/s", "of Q8_0");
    double bytes = bytes(measured, millis, 0);
    double products = products(millis, 1);
    for (int i = 0; i < measured.size(); i++) {
      double read = bytes(measured, millis, i);
      double multiplied = products(millis, i);
      out.printf(
          Locale.ROOT,
          "%-8s %8.2f %8.2f %10.2f %8.2f%n",
          measured.get(i),
          read,
          read / bytes,
          multiplied,
          multiplied / products);
    }
    out.flush();
  }

  /** GB of the weight a second, with one row of activations. */
  private static double bytes(List<TensorType> measured, List<Number> millis, int i) {
    return ROWS
        * measured.get(i).rowBytes(KernelImage.COLS)
        / millis.get(2 * i).doubleValue()
        / 1e6;
  }

  /** G multiplications a second, with several rows. */
  private static double products(List<Number> millis, int i) {
    double count = (double) TILE_ROWS * KernelImage.COLS * TOKENS;
    return count / millis.get(2 * i + 1).doubleValue() / 1e6;
  }
}
