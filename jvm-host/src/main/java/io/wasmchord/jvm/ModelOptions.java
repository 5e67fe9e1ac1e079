package io.wasmchord.jvm;

import io.wasmchord.host.RunControl;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and on what. */
final class ModelOptions {
  /** What computes. */
  enum Backend {
    SCALAR
  }

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "The GGUF file; without it the embedded demo model.")
  private @Nullable Path model;

  @Option(
      names = "--backend",
      defaultValue = "scalar",
      description = "What computes: ${COMPLETION-CANDIDATES}.")
  private Backend backend = Backend.SCALAR;

  @Option(names = "--threads", paramLabel = "N", description = "Threads; by default one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  Path path() {
    String demo = System.getProperty("chord.demoModel");
    if (model == null && demo == null) {
      throw new FileException("no model is named; name one with -m FILE");
    }
    return model == null ? Path.of(demo) : model;
  }

  int threads() {
    return Math.max(1, threads);
  }

  String backend() {
    return backend.name().toLowerCase(Locale.ROOT);
  }

  LoadedModel open(PrintWriter err) {
    return LoadedModel.open(path(), threads(), new Progress(err));
  }

  /** Shows progress on a terminal; a file or a pipe gets none. */
  record Progress(PrintWriter err) implements RunControl {
    @Override
    public void progress(String phase, long done, long total) {
      Console console = System.console();
      if (console != null && console.isTerminal() && total > 0) {
        err.print("\r" + phase + " " + 100 * done / total + "% " + (done == total ? "\n" : ""));
        err.flush();
      }
    }
  }
}
