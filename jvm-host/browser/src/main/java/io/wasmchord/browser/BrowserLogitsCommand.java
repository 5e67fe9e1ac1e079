package io.wasmchord.browser;

import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.files.LogitsOptions;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord logits --browser}: the same files as {@code chord logits}, computed in Chromium. */
@Command(
    name = "chord logits --browser",
    mixinStandardHelpOptions = true,
    description = "Computes logits in Chromium and writes them as raw little-endian float32 rows.")
public final class BrowserLogitsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--browser", description = "Compute in Chromium (always so in this command).")
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private boolean browser;

  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "FILE",
      description = "The GGUF file.")
  private Path model = Path.of("");

  @Mixin private LogitsOptions options = new LogitsOptions();

  @Option(
      names = "--simd",
      defaultValue = "auto",
      description = "Kernels: auto, relaxed, simd128, or none for the scalar backend.")
  private String simd = "auto";

  @Option(
      names = "--backend",
      defaultValue = "auto",
      description = "What computes: auto, webgpu, simd or scalar (default: ${DEFAULT-VALUE}).")
  private String backend = "auto";

  @Option(
      names = "--gpu-layers",
      defaultValue = "0",
      description = "With webgpu: layers that the GPU computes; 0 for all.")
  private int gpuLayers;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads that compute (default: ${DEFAULT-VALUE}).")
  private int threads;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new BrowserLogitsCommand(), args));
  }

  @Override
  public Integer call() throws IOException {
    if (!List.of("auto", "relaxed", "simd128", "none").contains(simd)) {
      throw new InvalidRequestException("--simd is auto, relaxed, simd128 or none, not " + simd);
    }
    if (!List.of("auto", "webgpu", "simd", "scalar").contains(backend)) {
      throw new InvalidRequestException(
          "--backend is auto, webgpu, simd or scalar, not " + backend);
    }
    if (!Files.isReadable(model)) {
      throw new FileException("cannot read " + model);
    }
    WholeFile target = WholeFile.at(options.out());
    BrowserLogits.Request request =
        new BrowserLogits.Request(
            options.tokens(),
            options.positions().name().toLowerCase(Locale.ROOT),
            options.greedy(),
            simd,
            threads,
            backend,
            gpuLayers);
    BrowserLogits.Result result = BrowserLogits.compute(model, request);
    target.write(stream -> stream.write(result.data()));
    PrintWriter out = spec.commandLine().getOut();
    out.println(result.greedy().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    return 0;
  }
}
