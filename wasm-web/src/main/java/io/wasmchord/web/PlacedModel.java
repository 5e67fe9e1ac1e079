package io.wasmchord.web;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.web.memory.LinearAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model whose memory is there: the worker fills it, and compiles the kernels meanwhile. */
final class PlacedModel implements EngineStage {
  private static final int SCALAR_BATCH = 16;

  private final PlannedModel planned;
  private final Storage storage;
  private @Nullable Kernels kernels; // none where plain code computes

  PlacedModel(PlannedModel planned, Storage storage) {
    this.planned = planned;
    this.storage = storage;
  }

  /** Where the worker writes what. */
  JsonObject describe() {
    return storage.describe();
  }

  /** Emits kernels, in place of those that were emitted before. */
  Kernels emitKernels(Kernels.Variant variant, int threads) {
    dropKernels();
    Kernels emitted = Kernels.emit(planned.header().file(), variant, threads, storage.banks());
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
    Kernels compiled = kernels;
    if (compiled == null) {
      return scalar();
    }
    return PlainFallback.load(
        storage.banks().size() == 1 && !planned.plan().streamed(),
        () -> loaded(compiled.backends(storage.banks()), planned.plan().batch(), compiled),
        this::scalar);
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
        new LoadedEngine.Compute(backends.getFirst().name(), threads, storage, compiled);
    if (planned.plan().streamed()) {
      LayerSlots slots = slots();
      Model model =
          ModelLoader.stream(planned.header().file(), storage, backends.getFirst(), slots, batch);
      return new LoadedEngine(planned, compute, model, slots.cache());
    }
    Banks banks = new Banks(List.copyOf(backends), planned.plan().layers());
    Model model = ModelLoader.load(planned.header().file(), storage, banks, batch, RunControl.NONE);
    return new LoadedEngine(planned, compute, model, null);
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
