package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.NextTokenHead;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model comes from its files, with the block or the smaller model that proposes its tokens.
 */
final class Loading {
  private Loading() {}

  /**
   * Loads a model.
   *
   * @param paths all files, in order
   * @param adapters those that come with it
   * @param drafts what proposes tokens in its sessions
   * @param shortened whether a model is loaded that does not take as many positions as {@code
   *     memory} names; it gets its own number
   */
  static LoadedModel load(
      List<Path> paths,
      ComputeOptions options,
      MemoryOptions memory,
      AdapterOptions adapters,
      DraftOptions drafts,
      boolean shortened,
      Normalization normalization,
      RunControl control) {
    if (drafts.own()) {
      LoadedModel head = head(paths, options, memory, shortened, normalization, control);
      try {
        DraftOptions own = new DraftOptions(head, true);
        return start(paths, options, memory, adapters, own, shortened, normalization, control);
      } catch (RuntimeException e) {
        head.close();
        throw e;
      }
    }
    return start(paths, options, memory, adapters, drafts, shortened, normalization, control);
  }

  /** The block of a model that predicts further tokens, as a model; its weights all stay. */
  private static LoadedModel head(
      List<Path> paths,
      ComputeOptions options,
      MemoryOptions memory,
      boolean shortened,
      Normalization normalization,
      RunControl control) {
    long start = System.nanoTime();
    MappedModel mapped = MappedModel.open(paths, control);
    try {
      GgufFile file = NextTokenHead.of(mapped.file());
      Residency model = Residency.of(file);
      LoadedModel.Limits limits = limits(model.config(), memory, shortened);
      int threads = options.threadsWithMemory();
      MemoryOptions all = memory.withBudget(Long.MAX_VALUE);
      long planned = MemoryPlan.of(model, all, LoadedModel.BATCH, threads).total();
      AdapterOptions none = new AdapterOptions(List.of(), 0);
      Start with = new Start(limits, normalization, none, null, 0, planned, control, start);
      return start(file, mapped.weights(), options, with);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  private static LoadedModel start(
      List<Path> paths,
      ComputeOptions options,
      MemoryOptions memory,
      AdapterOptions adapters,
      DraftOptions drafts,
      boolean shortened,
      Normalization normalization,
      RunControl control) {
    long start = System.nanoTime();
    LoadedModel draft = drafts.model();
    MappedModel mapped = MappedModel.open(paths, control);
    WeightSource weights = mapped.weights();
    try {
      LoadedModel.Limits limits = limits(ModelLoader.inspect(mapped.file()), memory, shortened);
      int threads = options.threadsWithMemory();
      Residency model = Residency.of(mapped.file());
      MemoryOptions own = memory.without(draft == null ? 0 : draft.plannedBytes());
      MemoryOptions left = own.without(adapters.bytes(mapped)).without(memory.prefixes());
      Footprint plan = MemoryPlan.of(model, left, LoadedModel.BATCH, threads);
      long room =
          own.budget() == Long.MAX_VALUE
              ? Long.MAX_VALUE
              : own.budget() - memory.prefixes() - plan.total();
      Start with =
          new Start(limits, normalization, adapters, drafts, room, plan.total(), control, start);
      if (plan.streamed()) {
        LayerStream stream = LayerStream.open(paths, model, plan, left, control);
        weights.close(); // the header is read
        weights = stream;
        return start(mapped.file(), stream, options.mapped(), with);
      }
      boolean copies =
          options.kind() == ComputeOptions.Kind.SCALAR
              || plan.total() + MemoryPlan.growth(model) <= left.budget();
      return start(mapped.file(), weights, copies ? options : options.mapped(), with);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static LoadedModel.Limits limits(
      ModelConfig config, MemoryOptions memory, boolean shortened) {
    int context = memory.positions();
    if (shortened) {
      context = Math.min(context, config.contextLength());
    }
    Requirements.contextLength(config, context);
    return new LoadedModel.Limits(context, memory.kvCache(), memory.prefixes());
  }

  /**
   * What else a model is started with.
   *
   * @param room bytes for adapters
   * @param planned bytes of the model
   * @param nanos when loading began
   */
  private record Start(
      LoadedModel.Limits limits,
      Normalization normalization,
      AdapterOptions adapters,
      @Nullable DraftOptions drafts,
      long room,
      long planned,
      RunControl control,
      long nanos) {}

  private static LoadedModel start(
      GgufFile file, WeightSource weights, ComputeOptions options, Start with) {
    ThreadParallel parallel = new ThreadParallel(options.threads());
    ComputeBackend backend = options.start(parallel);
    try {
      Tokenizer tokenizer = Tokenizers.of(file.metadata(), with.normalization, with.control);
      Draft smaller = with.drafts == null ? null : draft(with.drafts, file, tokenizer);
      Model model =
          weights instanceof LayerStream stream
              ? ModelLoader.stream(file, stream, backend, stream.slots(), LoadedModel.BATCH)
              : ModelLoader.load(file, weights, backend, LoadedModel.BATCH, with.control);
      with.adapters.load(model.adapters(), with.room, with.control);
      DraftOptions drafts = with.drafts;
      return new LoadedModel(
          new LoadedModel.Parts(
              file,
              new SharedModel(model),
              tokenizer,
              weights,
              backend,
              parallel,
              with.limits,
              System.nanoTime() - with.nanos,
              with.room,
              with.planned,
              smaller,
              drafts != null && drafts.own() ? drafts.model() : null));
    } catch (RuntimeException e) {
      backend.close();
      parallel.close();
      throw e;
    }
  }

  private static @Nullable Draft draft(DraftOptions drafts, GgufFile file, Tokenizer tokenizer) {
    LoadedModel model = drafts.model();
    if (model == null) {
      return null;
    }
    return drafts.own() ? Draft.ofHead(model.model()) : model.asDraft(file, tokenizer);
  }
}
