package io.wasmchord.cli.options;

import io.wasmchord.backend.KvType;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.jvm.Backend;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.LoadedModelBuilder;
import io.wasmchord.jvm.vector.VectorBackend;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, and on what. */
public final class ModelOptions {
  @Mixin private ModelFileOptions file = new ModelFileOptions();

  @Option(
      names = "--backend",
      defaultValue = "auto",
      description = {
        "What computes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
        "Native has products in machine code; vector the Vector API alone; scalar plain Java. Auto"
            + " takes the fastest that there is. The results are the same."
      })
  private Backend backend = Backend.AUTO;

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

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      defaultValue = "4",
      description = {
        "Copies of recurrent layers' states to go back to (default: ${DEFAULT-VALUE}).",
        "A changed conversation is fed again from the copy before the change. Other models need"
            + " none."
      })
  private int checkpoints = 4;

  @Option(
      names = "--checkpoint-spacing",
      paramLabel = "TOKENS",
      defaultValue = "256",
      description = "Tokens between two checkpoints (default: ${DEFAULT-VALUE}).")
  private int checkpointSpacing = 256;

  @Mixin private NormalizationOptions normalization = new NormalizationOptions();
  @Mixin private BudgetOptions budget = new BudgetOptions();
  @Mixin private LoraOptions lora = new LoraOptions();

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

  /**
   * Loads the model.
   *
   * @param more sets what the command decides, such as the context
   */
  public LoadedModel open(PrintWriter err, UnaryOperator<LoadedModelBuilder> more) {
    return open(err, paths(err), builder -> more.apply(lora.set(builder)));
  }

  /**
   * Loads a model to compare with, in the same way.
   *
   * @param address of its file, or null for the same model with the same adapters
   * @param other what computes it, or null for the same
   */
  public LoadedModel openOther(
      PrintWriter err, @Nullable String address, @Nullable Backend other, int context) {
    List<Path> paths = address == null ? paths(err) : file.paths(address, err);
    Backend chosen = other == null ? backend : other;
    return open(
        err,
        paths,
        builder -> {
          LoadedModelBuilder set = builder.contextAtMost(context).backend(chosen);
          return address == null ? lora.set(set) : set;
        });
  }

  private LoadedModel open(
      PrintWriter err, List<Path> paths, UnaryOperator<LoadedModelBuilder> more) {
    if (threads > threads()) { // they would wait for each other
      err.println(
          "chord: --threads %d is more than there are cores; %d compute"
              .formatted(threads, threads()));
      err.flush();
    }
    return load(LoadedModel.builder(paths), err, b -> more.apply(budget.set(b)));
  }

  /** Whether a model is named. */
  public boolean named() {
    return file.named();
  }

  /** The addresses of all models that are named, or of the demo model. */
  public List<String> addresses() {
    return file.addresses();
  }

  /**
   * Loads one of several models, each with its own memory.
   *
   * @param adapted whether the adapters that are named are its
   * @param more sets what the command decides, such as the context
   */
  public LoadedModel openOneOf(
      String address, PrintWriter err, boolean adapted, UnaryOperator<LoadedModelBuilder> more) {
    return open(err, file.paths(address, err), b -> more.apply(adapted ? lora.set(b) : b));
  }

  /**
   * Loads another model, which computes in the same way, within the same budget.
   *
   * @param context tokens that it is to take if it can, or 0 for the usual number
   */
  LoadedModel open(String address, int context, PrintWriter err) {
    return load(
        LoadedModel.builder(file.paths(address, err)),
        err,
        b -> budget.set(context == 0 ? b : b.contextAtMost(context)));
  }

  private LoadedModel load(
      LoadedModelBuilder builder, PrintWriter err, UnaryOperator<LoadedModelBuilder> more) {
    Progress progress = new Progress(err);
    LoadedModelBuilder set =
        builder
            .threads(threads())
            .kvCache(kvCache)
            .checkpoints(checkpoints, checkpointSpacing)
            .backend(backend)
            .weights(weights)
            .normalization(normalization.chosen())
            .control(progress)
            .warnings(warning -> warn(err, warning));
    LoadedModel loaded = more.apply(set).load();
    progress.end();
    return loaded;
  }

  private static void warn(PrintWriter err, String warning) {
    err.println("chord: " + warning);
    err.flush();
  }
}
