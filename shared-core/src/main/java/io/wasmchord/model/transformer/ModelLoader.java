package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.AdapterFile;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architectures;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.ModelConfigs;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.tensors.BoundWeights;
import io.wasmchord.model.tensors.LayerInput;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.OutsideWeights;
import io.wasmchord.model.tensors.RelativeBiases;
import io.wasmchord.model.tensors.RopeTables;
import io.wasmchord.model.tensors.TensorParts;
import io.wasmchord.model.tensors.WeightBinder;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a parsed GGUF file and its bytes to a model on a backend. */
public final class ModelLoader {
  /**
   * Prompt tokens in one batch unless the caller says otherwise: large enough to share a weight
   * row, small enough to cancel.
   */
  public static final int DEFAULT_BATCH = 32;

  private ModelLoader() {}

  /**
   * Checks from the header alone that a file can be run, so that nothing big is fetched in vain;
   * see {@link Residency#of}.
   *
   * @throws UnsupportedModelException when this version does not know the architecture or a feature
   *     of it
   * @throws InvalidModelException when the metadata do not fit together, or a tensor is missing,
   *     misshapen or has no use
   */
  public static ModelConfig inspect(GgufFile file) {
    return Residency.of(file).config();
  }

  /**
   * {@link #load(GgufFile, WeightSource, ComputeBackend, int, RunControl)} with {@link
   * #DEFAULT_BATCH}.
   */
  public static Model load(
      GgufFile file, WeightSource source, ComputeBackend backend, RunControl control) {
    return load(file, source, backend, DEFAULT_BATCH, control);
  }

  /**
   * {@link #load(GgufFile, WeightSource, Banks, int, RunControl)} with all layers on one backend.
   */
  public static Model load(
      GgufFile file,
      WeightSource source,
      ComputeBackend backend,
      int maxBatch,
      RunControl control) {
    Banks one = Banks.one(backend, inspect(file).layers());
    return load(file, source, one, maxBatch, control);
  }

  /**
   * Binds a file's tensors and allocates the scratch of a batch.
   *
   * @param source the file's bytes, which must stay open as long as the model
   * @param banks where the model computes; closed with the model
   * @param maxBatch tokens in one batch
   * @throws UnsupportedModelException when the architecture or a tensor's format cannot be computed
   * @throws InvalidModelException when a tensor is missing, misshapen or has no use
   */
  public static Model load(
      GgufFile file, WeightSource source, Banks banks, int maxBatch, RunControl control) {
    ModelConfig config = inspect(file);
    requireSupport(file, source, banks);
    WeightBinder binder = new WeightBinder(file, source, banks.backends().getFirst(), control);
    Embedding embedding = Embedding.resident(OutsideWeights.embedding(binder, config));
    return resident(file, source, banks, maxBatch, binder, embedding);
  }

  /**
   * The block of a model that predicts further tokens, as a model beside it. What both have of the
   * file is bound once.
   *
   * @param head its header; see {@link io.wasmchord.model.config.NextTokenHead}
   * @param model which this loader has made of the same file, and which is closed later
   * @param source the file's bytes
   * @param backend where the model has what belongs to no layer
   * @param maxBatch tokens in one batch
   * @throws UnsupportedModelException when a tensor's format cannot be computed
   */
  public static Model head(
      GgufFile head, Model model, WeightSource source, ComputeBackend backend, int maxBatch) {
    if (!(model instanceof Transformer owner)) {
      throw new IllegalArgumentException("a head is of a model that was loaded from a file");
    }
    ModelConfig config = inspect(head);
    Banks one = Banks.one(backend, config.layers());
    requireSupport(head, source, one);
    BoundWeights bound = owner.bound();
    WeightBinder binder = new WeightBinder(head, source, backend, RunControl.NONE, bound);
    TensorInfo rows = head.tensor(WeightNames.TOKEN_EMBEDDING);
    Embedding embedding =
        rows != null && bound.leaves(rows)
            ? Embedding.rows(rows, head.dataOffset(), source, backend, maxBatch)
            : Embedding.resident(OutsideWeights.embedding(binder, config));
    return resident(head, source, one, maxBatch, binder, embedding);
  }

  /** A model whose layers all stay where they are. */
  private static Model resident(
      GgufFile file,
      WeightSource source,
      Banks banks,
      int maxBatch,
      WeightBinder binder,
      Embedding embedding) {
    Architecture architecture = Architectures.of(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    Embedding layerRows = Embedding.residentOr(LayerInput.embedding(binder, config));
    OutsideWeights outside = OutsideWeights.bind(binder, architecture, config);
    List<Section> sections = Section.of(banks, config, maxBatch);
    TensorParts parts = binder.parts();
    List<LayerWeights> layers = new ArrayList<>();
    for (Section s : sections) {
      WeightBinder there = binder.on(source, s.backend());
      for (int layer = s.first(); layer < s.end(); layer++) {
        layers.add(LayerWeights.bind(there, architecture, config, layer));
      }
    }
    ModelAdapters adapters =
        new ModelAdapters(
            file, sections, parts, () -> adapterTargets(file, source, banks, maxBatch));
    return transformer(
        file,
        source,
        input(embedding, layerRows, outside, sections, maxBatch),
        outside,
        Layers.resident(layers),
        sections,
        adapters,
        adapters,
        binder.bound());
  }

  /**
   * A model whose layers pass through slots of memory, fewer than there are layers. An embedding
   * that is only looked up stays in the file; its rows are read when they are needed.
   *
   * @param source the bytes of everything that is no layer, and the rows of the embedding
   * @param slots what the layers pass through
   * @throws UnsupportedModelException when the architecture or a tensor's format cannot be computed
   * @throws InvalidModelException when a tensor is missing, misshapen or has no use
   */
  public static Model stream(
      GgufFile file, WeightSource source, ComputeBackend backend, LayerSlots slots, int maxBatch) {
    Residency residency = Residency.of(file);
    ModelConfig config = residency.config();
    Banks banks = Banks.one(backend, config.layers());
    requireSupport(file, source, banks);
    WeightBinder binder = new WeightBinder(file, source, backend, RunControl.NONE);
    Architecture architecture = Architectures.of(file);
    TensorInfo lookedUp = residency.lookedUp();
    Embedding embedding =
        lookedUp == null
            ? Embedding.resident(OutsideWeights.embedding(binder, config))
            : Embedding.rows(lookedUp, file.dataOffset(), source, backend, maxBatch);
    TensorInfo ofLayers = file.tensor(WeightNames.LAYER_EMBEDDING);
    Embedding layerRows =
        ofLayers == null
            ? null
            : Embedding.rows(ofLayers, file.dataOffset(), source, backend, maxBatch);
    OutsideWeights outside = OutsideWeights.bind(binder, architecture, config);
    List<Section> sections = Section.of(banks, config, maxBatch);
    TensorParts parts = binder.parts();
    ModelAdapters adapters =
        new ModelAdapters(
            file, sections, parts, () -> adapterTargets(file, source, banks, maxBatch));
    return transformer(
        file,
        source,
        input(embedding, layerRows, outside, sections, maxBatch),
        outside,
        new StreamedLayers(file, architecture, config, backend, slots, parts),
        sections,
        adapters,
        adapters,
        binder.bound());
  }

  /**
   * Asks the backends about every command that the model will record, before anything is bound: the
   * very code that records them runs, over shapes alone, once for each thing that a model does.
   */
  private static void requireSupport(GgufFile file, WeightSource source, Banks banks) {
    Recordings plain = (section, adapters) -> section.backend().record();
    dryRun(file, source, banks, 2, parts -> plain);
  }

  /** What adapters can be added to. */
  private static AdapterTargets adapterTargets(
      GgufFile file, WeightSource source, Banks banks, int maxBatch) {
    DryRun<AdapterTargets.Collector> run =
        dryRun(file, source, banks, maxBatch, AdapterTargets.Collector::new);
    return run.recordings.targets(run.sections);
  }

  /** What was recorded, and for which sections. */
  private record DryRun<R extends Recordings>(R recordings, List<Section> sections) {}

  /**
   * Bytes that adapters of a model will take.
   *
   * @param source the model's bytes, of which only factors are read
   * @param maxBatch tokens in one batch
   * @throws io.wasmchord.errors.InvalidAdapterException when one is no adapter, or none of this
   *     model
   * @throws io.wasmchord.errors.UnsupportedAdapterException when this version cannot apply all of
   *     one
   */
  public static long adapterBytes(
      GgufFile file, WeightSource source, int maxBatch, List<GgufFile> adapters) {
    if (adapters.isEmpty()) {
      return 0;
    }
    ComputeBackend scalar = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    Banks one = Banks.one(scalar, inspect(file).layers());
    AdapterTargets targets = adapterTargets(file, source, one, maxBatch);
    List<AdapterTargets.Use> uses = new ArrayList<>();
    long bytes = 0;
    for (GgufFile adapter : adapters) {
      List<AdapterTargets.Use> own = targets.uses(AdapterFile.of(adapter), file);
      bytes += AdapterTargets.bytes(own);
      uses.addAll(own);
    }
    return bytes + AdapterTargets.Widths.of(uses, 0).bytes();
  }

  /** Has all commands recorded, of batches of one token and of {@code maxBatch}. */
  private static <R extends Recordings> DryRun<R> dryRun(
      GgufFile file,
      WeightSource source,
      Banks banks,
      int maxBatch,
      Function<TensorParts, R> recordings) {
    WeightBinder binder = WeightBinder.checking(file);
    Architecture architecture = Architectures.of(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    Embedding embedding = Embedding.resident(OutsideWeights.embedding(binder, config));
    Embedding layerRows = Embedding.residentOr(LayerInput.embedding(binder, config));
    OutsideWeights outside = OutsideWeights.bind(binder, architecture, config);
    List<LayerWeights> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(LayerWeights.bind(binder, architecture, config, layer));
    }
    List<ComputeBackend> asked = new ArrayList<>();
    for (ComputeBackend backend : banks.backends()) {
      asked.add(new DryRunBackend(backend, file.fileName(), binder));
    }
    List<Section> sections = Section.of(new Banks(asked, banks.layers()), config, maxBatch);
    TensorParts parts = binder.parts();
    R recorded = recordings.apply(parts);
    ModelAdapters none = new ModelAdapters(file, sections, parts, () -> AdapterTargets.NONE);
    transformer(
            file,
            source,
            input(embedding, layerRows, outside, sections, maxBatch),
            outside,
            Layers.resident(layers),
            sections,
            none,
            recorded,
            binder.bound())
        .dryRun();
    return new DryRun<>(recorded, sections);
  }

  private static Input input(
      Embedding embedding,
      @Nullable Embedding layerRows,
      OutsideWeights outside,
      List<Section> sections,
      int maxBatch) {
    LayerInputs.Lookup layers =
        layerRows == null || outside.layerInputs() == null
            ? null
            : new LayerInputs.Lookup(layerRows, outside.layerInputs());
    return new Input(
        embedding,
        outside.type(),
        outside.positions(),
        outside.inputNorm(),
        layers,
        outside.streams(),
        outside.hyper(),
        joined(outside.joined(), sections.getFirst().backend(), maxBatch),
        outside.low());
  }

  private static @Nullable JoinedInput joined(
      OutsideWeights.@Nullable Joined weights, ComputeBackend backend, int maxBatch) {
    if (weights == null) {
      return null;
    }
    int cols = weights.both().weight().cols();
    return new JoinedInput(weights, backend.allocate(TensorType.F32, maxBatch, cols));
  }

  private static Transformer transformer(
      GgufFile file,
      WeightSource source,
      Input input,
      OutsideWeights outside,
      Layers layers,
      List<Section> sections,
      ModelAdapters adapters,
      Recordings recordings,
      BoundWeights bound) {
    Architecture architecture = Architectures.of(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    Map<Integer, float[]> biases = RelativeBiases.read(file, config, source);
    sections.forEach(s -> s.writeBiases(biases));
    return new Transformer(
        new Network(
            config,
            input,
            layers,
            new Network.Head(
                outside.lastNorm(), outside.output(), outside.dense(), outside.classifier()),
            new BlockRecorder(architecture, config),
            RopeTables.read(file, architecture, config, source),
            sections,
            outside.encoderNorm(),
            recordings),
        adapters,
        bound);
  }
}
