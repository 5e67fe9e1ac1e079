package io.wasmchord.web;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.web.gpu.GpuBackend;
import io.wasmchord.web.gpu.GpuDevice;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model whose memory is there: the worker fills it, and compiles the kernels meanwhile. */
final class PlacedModel implements EngineStage {
  private static final int SCALAR_BATCH = 16;

  private final PlannedModel planned;
  private final Storage storage;
  private final @Nullable LinearMemory draftFile;
  private @Nullable Kernels kernels; // none where plain code computes

  /**
   * @param draftFile for the file of the planned draft model, if there is one
   */
  PlacedModel(PlannedModel planned, Storage storage, @Nullable LinearMemory draftFile) {
    this.planned = planned;
    this.storage = storage;
    this.draftFile = draftFile;
  }

  /** Where the worker writes what. */
  JsonObject describe() {
    JsonObject.Builder places = storage.describe();
    return draftFile == null
        ? places.build()
        : places.put("draft", PlannedDraft.describe(draftFile)).build();
  }

  /** Emits kernels, in place of those that were emitted before. */
  Kernels emitKernels(Kernels.Variant variant, int threads) {
    dropKernels();
    List<GgufFile> files = new ArrayList<>(List.of(planned.header().file()));
    if (planned.proposer() instanceof PlannedDraft draft) {
      files.add(draft.header().file());
    }
    Kernels emitted = Kernels.emit(files, variant, threads, storage.banks());
    kernels = emitted;
    return emitted;
  }

  /** Does without kernels. */
  void dropKernels() {
    if (kernels != null) {
      kernels.drop(storage.banks());
      kernels = null;
    }
  }

  /** Makes the model of header and weights; of one that the kernels refuse see PlainFallback. */
  LoadedEngine load() {
    GpuDevice gpu = storage.gpu();
    if (gpu != null) {
      return onGpu(gpu);
    }
    Kernels compiled = kernels;
    if (compiled == null) {
      return scalar();
    }
    return PlainFallback.load(
        storage.banks().size() == 1 && !planned.plan().streamed(),
        () -> loaded(compiled.backends(storage.banks()), planned.plan().batch(), compiled),
        this::scalar);
  }

  /** The GPU's layers, and behind them those of the engine's own memory. */
  private LoadedEngine onGpu(GpuDevice device) {
    List<LinearAllocator> banks = storage.banks();
    List<ComputeBackend> backends = new ArrayList<>();
    GpuBackend gpu = new GpuBackend(device, banks.getFirst(), planned.kernels());
    backends.add(gpu);
    Kernels compiled = kernels;
    if (planned.plan().layers().size() > 1) {
      backends.add(
          compiled == null
              ? new ScalarBackend(banks.getFirst(), Parallel.SINGLE)
              : compiled.backends(banks).getFirst());
    }
    LoadedEngine loaded = loaded(backends, planned.plan().batch(), compiled);
    gpu.seal();
    return loaded;
  }

  private LoadedEngine scalar() {
    List<LinearAllocator> banks = storage.banks();
    if (banks.size() > 1) {
      throw new UnsupportedModelException(
          "a model beyond 4 GiB needs WebAssembly SIMD; this browser has none, or simd is 'none'");
    }
    ComputeBackend backend = new ScalarBackend(banks.getFirst(), Parallel.SINGLE);
    return loaded(List.of(backend), SCALAR_BATCH, null);
  }

  private LoadedEngine loaded(
      List<? extends ComputeBackend> backends, int batch, @Nullable Kernels compiled) {
    int threads = compiled == null ? 1 : compiled.threads();
    LoadedEngine.Compute compute =
        new LoadedEngine.Compute(backends.getFirst(), threads, storage, compiled);
    if (planned.plan().streamed()) {
      LayerSlots slots = slots();
      Model model =
          ModelLoader.stream(planned.header().file(), storage, backends.getFirst(), slots, batch);
      Draft draft = proposer(model, backends.getFirst(), batch);
      return new LoadedEngine(planned, compute, model, slots.cache(), draft);
    }
    Banks banks = new Banks(List.copyOf(backends), planned.plan().layers());
    Model model = ModelLoader.load(planned.header().file(), storage, banks, batch, RunControl.NONE);
    Draft draft = proposer(model, backends.getFirst(), batch);
    return new LoadedEngine(planned, compute, model, null, draft);
  }

  /** What proposes tokens, if there is something. */
  private @Nullable Draft proposer(Model model, ComputeBackend backend, int batch) {
    PlannedProposer proposer = planned.proposer();
    if (proposer instanceof PlannedHead head) {
      int most = Math.min(head.batch(), batch);
      return Draft.ofHead(ModelLoader.head(head.file(), model, storage, backend, most));
    }
    LinearMemory file = draftFile;
    return proposer instanceof PlannedDraft draft && file != null
        ? draft(draft, file, backend)
        : null;
  }

  /**
   * The smaller model that proposes tokens. Both are computed in turns, so that they share a
   * backend where it can run both.
   */
  private Draft draft(PlannedDraft draft, LinearMemory file, ComputeBackend backend) {
    Model model =
        PlainFallback.load(
            true,
            () -> draft(draft, file, backend, draft.batch()),
            () ->
                draft(
                    draft,
                    file,
                    new ScalarBackend(storage.banks().getFirst(), Parallel.SINGLE),
                    SCALAR_BATCH));
    return Draft.of(
        draft.name(),
        model,
        draft.header().tokenizer(),
        planned.header().file().fileName(),
        planned.header().tokenizer());
  }

  private static Model draft(
      PlannedDraft draft, LinearMemory file, ComputeBackend backend, int batch) {
    BufferedFile weights = new BufferedFile(draft.name(), file);
    return ModelLoader.load(draft.header().file(), weights, backend, batch, RunControl.NONE);
  }

  private LayerSlots slots() {
    LoadRequest request = planned.request();
    return new LayerSlots(
        planned.header().model().layers(),
        storage.slots(),
        request.policy(),
        request.distance(),
        new HostSlots(storage.name()));
  }
}
