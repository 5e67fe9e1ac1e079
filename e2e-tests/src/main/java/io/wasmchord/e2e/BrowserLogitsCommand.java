package io.wasmchord.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chord logits --browser}: the same files as {@code chord logits}, computed in Chromium. */
@Command(
    name = "chord logits --browser",
    mixinStandardHelpOptions = true,
    description = "Computes logits in Chromium and writes them as raw little-endian float32 rows.")
public final class BrowserLogitsCommand implements Callable<Integer> {
  @Option(names = "--browser", description = "Compute in Chromium (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean browser;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "FILE",
      description = "The GGUF file.")
  private Path model = Path.of("");

  @Option(
      names = "--tokens",
      required = true,
      split = ",",
      paramLabel = "ID",
      description = "Token ids, separated by commas.")
  private List<Integer> tokens = List.of();

  @Option(
      names = "--greedy",
      defaultValue = "0",
      paramLabel = "N",
      description = "Feed back N greedy tokens.")
  private int greedy;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the rows go.")
  private Path out = Path.of("");

  @Option(
      names = "--positions",
      defaultValue = "all",
      description = "all: a row per position; last: one row.")
  private String positions = "all";

  @Option(
      names = "--simd",
      defaultValue = "auto",
      description = "Kernels: auto, relaxed, simd128, or none for the scalar backend.")
  private String simd = "auto";

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads that compute (default: ${DEFAULT-VALUE}).")
  private int threads;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BrowserLogitsCommand()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (!List.of("auto", "relaxed", "simd128", "none").contains(simd)) {
      System.err.println("chord: --simd is auto, relaxed, simd128 or none, not " + simd);
      return 2;
    }
    if (!positions.equals("all") && !positions.equals("last")) {
      System.err.println("chord: --positions is all or last, not " + positions);
      return 2;
    }
    if (!Files.isReadable(model)) {
      System.err.println("chord: cannot read " + model);
      return 1;
    }
    BrowserLogits.Result result =
        BrowserLogits.compute(
            model, new BrowserLogits.Request(tokens, positions, greedy, simd, threads));
    Files.write(out, result.data());
    System.out.println(
        result.greedy().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    return 0;
  }
}
