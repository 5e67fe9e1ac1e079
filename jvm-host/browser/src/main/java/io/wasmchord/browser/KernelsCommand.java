package io.wasmchord.browser;

import io.wasmchord.cli.CommandRunner;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.wgsl.catalogue.KernelCatalogue;
import io.wasmchord.web.wgsl.text.GpuKernel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code chord kernels}: what the engine emits in a browser, as files. */
@Command(
    name = "chord kernels",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the WebAssembly modules that the engine emits, and where each kernel stands in them.",
      "Look at them with any disassembler of WebAssembly. With --wgsl it writes the kernels of the GPU,",
      "a text each."
    })
public final class KernelsCommand implements Callable<Integer> {
  /** Instruction sets. */
  enum Features {
    RELAXED,
    SIMD128
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where files go.")
  private Path out = Path.of("");

  @Option(
      names = "--features",
      split = ",",
      defaultValue = "relaxed,simd128",
      description = "${COMPLETION-CANDIDATES} (default: both).")
  private List<Features> features = List.of();

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "TYPE",
      description = "Weight formats, e.g. q4_k,q6_k (default: all).")
  private List<TensorType> types = List.of();

  @Option(names = "--wgsl", description = "The GPU's kernels instead, as WGSL.")
  private boolean wgsl;

  public static void main(String[] args) {
    System.exit(CommandRunner.run(new KernelsCommand(), args));
  }

  @Override
  public Integer call() throws IOException {
    List<TensorType> wanted =
        types.isEmpty()
            ? Arrays.stream(TensorType.values()).filter(KernelModule::supports).toList()
            : types;
    for (TensorType type : wanted) {
      if (!KernelModule.supports(type)) {
        spec.commandLine().getErr().println("chord: there are no kernels for " + type);
        return 2;
      }
    }
    Files.createDirectories(out);
    return wgsl ? texts(wanted) : modules(wanted);
  }

  /** The GPU's kernels, of all operations and of the formats that are wanted. */
  private int texts(List<TensorType> wanted) throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    for (GpuKernel<?> kernel : KernelCatalogue.all(wanted)) {
      byte[] text = kernel.text().getBytes(StandardCharsets.UTF_8);
      Path file = out.resolve(kernel.name() + ".wgsl");
      WholeFile.at(file).write(stream -> stream.write(text));
      print.println(
          file
              + ": "
              + text.length
              + " bytes, "
              + kernel.threads()
              + " threads, binds "
              + kernel.bindings());
    }
    print.flush();
    return 0;
  }

  private int modules(List<TensorType> wanted) throws IOException {
    PrintWriter print = spec.commandLine().getOut();
    for (Features f : features) {
      KernelModule module = KernelModule.emit(wanted, f == Features.RELAXED, true);
      Path file = out.resolve("kernels-" + f.name().toLowerCase(Locale.ROOT) + ".wasm");
      WholeFile.at(file).write(stream -> stream.write(module.bytes()));
      print.println(file + ": " + module.bytes().length + " bytes; function table:");
      module.table().entrySet().stream()
          .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
          .forEach(e -> print.printf("  %3d %s%n", e.getValue(), e.getKey()));
    }
    print.flush();
    return 0;
  }
}
