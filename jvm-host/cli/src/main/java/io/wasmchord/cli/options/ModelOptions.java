package io.wasmchord.cli.options;

import io.wasmchord.backend.KvType;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.jvm.ComputeOptions;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.vector.Profile;
import io.wasmchord.jvm.vector.VectorBackend;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, and on what. */
public final class ModelOptions {
  @Mixin private ModelFileOptions file = new ModelFileOptions();

  @Option(
      names = "--backend",
      defaultValue = "auto",
      description = "What computes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ComputeOptions.Backend backend = ComputeOptions.Backend.AUTO;

  @Option(
      names = "--weights",
      defaultValue = "repacked",
      description = {
        "How vectors read weights: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
        "Repacked is faster and holds a copy of the model in memory; mapped reads the file's pages."
      })
  private VectorBackend.Weights weights = VectorBackend.Weights.REPACKED;

  @Option(
      names = "--kv-cache",
      paramLabel = "TYPE",
      defaultValue = "f32",
      description = {
        "How keys and values of past tokens are stored: f32, f16 or q8_0"
            + " (default: ${DEFAULT-VALUE}).",
        "f16 takes half the memory, q8_0 about a quarter; both round."
      })
  private KvType kvCache = KvType.F32;

  @Mixin private NormalizationOptions normalization = new NormalizationOptions();
  @Mixin private BudgetOptions budget = new BudgetOptions();

  @Option(names = "--threads", paramLabel = "N", description = "Threads; by default one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /** The model's files. See {@link ModelFileOptions#paths}. */
  public List<Path> paths(PrintWriter err) {
    return file.paths(err);
  }

  /** How the KV cache stores its values. */
  public KvType kvCache() {
    return kvCache;
  }

  public int threads() {
    return Math.min(threads, Runtime.getRuntime().availableProcessors());
  }

  /** Loads the model for sequences of at most {@code positions} tokens. */
  public LoadedModel open(PrintWriter err, int positions) {
    return open(err, positions, null);
  }

  /** The same, measured. */
  public LoadedModel open(PrintWriter err, int positions, @Nullable Profile profile) {
    if (threads > threads()) { // they would wait for each other
      err.println(
          "chord: --threads %d is more than there are cores; %d compute"
              .formatted(threads, threads()));
      err.flush();
    }
    ComputeOptions options = new ComputeOptions(backend, weights, threads(), profile);
    String notice = options.notice();
    if (!notice.isEmpty()) {
      err.println("chord: " + notice);
      err.flush();
    }
    Progress progress = new Progress(err);
    LoadedModel loaded =
        LoadedModel.open(
            paths(err), options, budget.of(positions, kvCache), normalization.chosen(), progress);
    progress.end();
    return loaded;
  }
}
