package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.Architectures;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.ModelConfigs;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.RopeTables;
import io.wasmchord.model.tensors.WeightBinder;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
   * Checks from the header alone that a file can be run, so that nothing big is fetched in vain:
   * the architecture, its hyper-parameters, and that all tensors are there in their shapes.
   *
   * @throws UnsupportedModelException when this version does not know the architecture or a feature
   *     of it
   * @throws InvalidModelException when the metadata do not fit together, or a tensor is missing,
   *     misshapen or has no use
   */
  public static ModelConfig inspect(GgufFile file) {
    Architecture architecture = architecture(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    check(file, architecture, config);
    return config;
  }

  private static void check(GgufFile file, Architecture architecture, ModelConfig config) {
    WeightBinder binder = WeightBinder.checking(file);
    outside(binder, architecture, config);
    for (int layer = 0; layer < config.layers(); layer++) {
      LayerWeights.bind(binder, architecture, config, layer);
    }
    RopeTables.check(binder, config);
    binder.requireAllConsumed();
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
    Architecture architecture = architecture(file);
    Outside outside = outside(binder, architecture, config);
    List<Section> sections = Section.of(banks, config, maxBatch);
    List<LayerWeights> layers = new ArrayList<>();
    for (Section s : sections) {
      WeightBinder there = binder.on(source, s.backend());
      for (int layer = s.first(); layer < s.end(); layer++) {
        layers.add(LayerWeights.bind(there, architecture, config, layer));
      }
    }
    return transformer(file, source, outside, Layers.resident(layers), sections);
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
    ModelConfig config = inspect(file);
    requireSupport(file, source, Banks.one(backend, config.layers()));
    WeightBinder binder = new WeightBinder(file, source, backend, RunControl.NONE);
    Architecture architecture = architecture(file);
    boolean rows = binder.has(WeightNames.OUTPUT); // one that is the output too stays in memory
    Embedding embedding =
        rows
            ? Embedding.rows(
                Objects.requireNonNull(file.tensor(WeightNames.TOKEN_EMBEDDING)),
                file.dataOffset(),
                source,
                backend,
                maxBatch)
            : Embedding.resident(embedding(binder, config));
    return transformer(
        file,
        source,
        outside(binder, architecture, config, embedding),
        new StreamedLayers(file, architecture, config, backend, slots),
        Section.of(Banks.one(backend, config.layers()), config, maxBatch));
  }

  /**
   * Asks the backends about every command that the model will record, before anything is bound: the
   * very code that records them runs, over shapes alone, once for each thing that a model does.
   */
  private static void requireSupport(GgufFile file, WeightSource source, Banks banks) {
    WeightBinder binder = WeightBinder.checking(file);
    Architecture architecture = architecture(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    Outside outside = outside(binder, architecture, config);
    List<LayerWeights> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(LayerWeights.bind(binder, architecture, config, layer));
    }
    List<ComputeBackend> asked = new ArrayList<>();
    for (ComputeBackend backend : banks.backends()) {
      asked.add(new AskedBackend(backend, file.fileName(), binder));
    }
    List<Section> sections = Section.of(new Banks(asked, banks.layers()), config, 2);
    transformer(file, source, outside, Layers.resident(layers), sections).rehearse();
  }

  /** The tensors that belong to no layer. */
  private record Outside(Input input, Network.Head head) {}

  private static Outside outside(WeightBinder binder, Architecture a, ModelConfig config) {
    return outside(binder, a, config, Embedding.resident(embedding(binder, config)));
  }

  private static Outside outside(
      WeightBinder binder, Architecture a, ModelConfig c, Embedding embedding) {
    Input input =
        new Input(
            embedding,
            type(binder, a, c),
            positions(binder, a, c),
            a.has(Trait.EMBEDDING_NORM)
                ? LayerWeights.Norm.bind(binder, a, WeightNames.EMBEDDING_NORM, c.hidden())
                : null);
    LayerWeights.Norm norm =
        a.has(Trait.NORM_OF_SUM)
            ? null
            : LayerWeights.Norm.bind(binder, a, lastNorm(binder, a), c.hidden());
    LayerWeights.Projection output = a.has(Trait.ENCODER) ? null : output(binder, c);
    return new Outside(input, new Network.Head(norm, output, dense(binder, c)));
  }

  private static Network.@Nullable Dense dense(WeightBinder binder, ModelConfig c) {
    return c.dense() == 0
        ? null
        : new Network.Dense(
            binder.matrix(WeightNames.DENSE_WIDE, c.dense(), c.hidden()),
            binder.matrix(WeightNames.DENSE_BACK, c.hidden(), c.dense()));
  }

  private static String lastNorm(WeightBinder binder, Architecture a) {
    boolean usual = binder.has(WeightNames.OUTPUT_NORM + ".weight");
    return a.has(Trait.LAST_NORM_AS_EMBEDDING) && !usual
        ? WeightNames.EMBEDDING_NORM
        : WeightNames.OUTPUT_NORM;
  }

  private static Tensor embedding(WeightBinder binder, ModelConfig c) {
    return binder.matrix(WeightNames.TOKEN_EMBEDDING, c.vocabulary(), c.hidden());
  }

  /** An encoder may know which of two texts a token is in; here it is always the first. */
  private static @Nullable Tensor type(WeightBinder binder, Architecture a, ModelConfig c) {
    return a.has(Trait.ENCODER) && binder.has(WeightNames.TOKEN_TYPES)
        ? binder.firstRow(WeightNames.TOKEN_TYPES, c.hidden())
        : null;
  }

  private static @Nullable Tensor positions(WeightBinder binder, Architecture a, ModelConfig c) {
    return a.positions() == Architecture.Positions.LEARNED
        ? binder.matrix(WeightNames.POSITIONS, c.contextLength(), c.hidden())
        : null;
  }

  private static LayerWeights.Projection output(WeightBinder binder, ModelConfig config) {
    String name = binder.has(WeightNames.OUTPUT) ? WeightNames.OUTPUT : WeightNames.TOKEN_EMBEDDING;
    return new LayerWeights.Projection(
        binder.matrix(name, config.vocabulary(), config.hidden()),
        binder.optionalVector(WeightNames.OUTPUT_BIAS, config.vocabulary()));
  }

  private static Transformer transformer(
      GgufFile file, WeightSource source, Outside outside, Layers layers, List<Section> sections) {
    Architecture architecture = architecture(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    return new Transformer(
        new Network(
            config,
            outside.input,
            layers,
            outside.head,
            new BlockRecorder(architecture, config),
            RopeTables.read(file, architecture, config, source),
            sections));
  }

  private static Architecture architecture(GgufFile file) {
    return Architectures.of(file);
  }
}
