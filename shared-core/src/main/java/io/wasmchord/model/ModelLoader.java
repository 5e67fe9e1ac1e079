package io.wasmchord.model;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;
import java.util.ArrayList;
import java.util.List;

/** From a parsed GGUF file and its bytes to a model on a backend. */
public final class ModelLoader {
  /** Prompt tokens in one batch unless the caller says otherwise: large enough to share a weight row, small enough to cancel. */
  public static final int DEFAULT_BATCH = 32;

  private ModelLoader() {}

  /**
   * Checks from the header alone that a file can be run, so that nothing big is fetched in vain: the architecture and its
   * hyper-parameters.
   *
   * @throws UnsupportedModelException when this version does not know the architecture or a feature of it
   * @throws InvalidModelException when the metadata do not fit together
   */
  public static ModelConfig inspect(GgufFile file) {
    return ModelConfigs.read(file, architecture(file));
  }

  /** {@link #load(GgufFile, WeightSource, ComputeBackend, int, RunControl)} with {@link #DEFAULT_BATCH}. */
  public static Model load(GgufFile file, WeightSource source, ComputeBackend backend, RunControl control) {
    return load(file, source, backend, DEFAULT_BATCH, control);
  }

  /**
   * Binds a file's tensors and allocates the scratch of a batch.
   *
   * @param source the file's bytes, which must stay open as long as the model
   * @param backend where the model computes; closed with the model
   * @param maxBatch tokens in one batch
   * @throws UnsupportedModelException when the architecture or a tensor's format cannot be computed
   * @throws InvalidModelException when a tensor is missing, misshapen or has no use
   */
  public static Model load(
      GgufFile file, WeightSource source, ComputeBackend backend, int maxBatch, RunControl control) {
    Architecture architecture = architecture(file);
    ModelConfig config = ModelConfigs.read(file, architecture);
    WeightBinder binder = new WeightBinder(file, source, backend, control);
    Tensor embedding = binder.matrix(WeightNames.TOKEN_EMBEDDING, config.vocabulary(), config.hidden(), Op.EMBED);
    List<LayerWeights> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(LayerWeights.bind(binder, config, layer));
    }
    Tensor outputNorm = binder.vector(WeightNames.OUTPUT_NORM, config.hidden());
    String outputName = binder.has(WeightNames.OUTPUT) ? WeightNames.OUTPUT : WeightNames.TOKEN_EMBEDDING;
    Tensor output = binder.matrix(outputName, config.vocabulary(), config.hidden(), Op.MATMUL);
    RopeTable rope = ropeTable(file, architecture, config, source, binder);
    binder.requireAllConsumed();
    var weights = new Transformer.ModelWeights(embedding, List.copyOf(layers), outputNorm, output);
    return new Transformer(backend, architecture, config, weights, rope, maxBatch);
  }

  private static Architecture architecture(GgufFile file) {
    return Architecture.byName(file.metadata().string("general.architecture"), file.fileName());
  }

  private static RopeTable ropeTable(
      GgufFile file, Architecture architecture, ModelConfig config, WeightSource source, WeightBinder binder) {
    Metadata m = file.metadata();
    String scaling = m.string(architecture.key("rope.scaling.type"), "none");
    double positionScale =
        switch (scaling) {
          case "none" -> 1;
          case "linear" -> 1.0 / m.float32(architecture.key("rope.scaling.factor"));
          default ->
              throw new UnsupportedModelException(
                  file.fileName()
                      + ": "
                      + architecture.key("rope.scaling.type")
                      + " is '"
                      + scaling
                      + "'; this version knows none and linear");
        };
    return new RopeTable(
        config.ropeDim(), config.ropeBase(), positionScale, ropeFactors(file, config, source, binder));
  }

  private static float[] ropeFactors(
      GgufFile file, ModelConfig config, WeightSource source, WeightBinder binder) {
    TensorInfo info = file.tensor(WeightNames.ROPE_FACTORS);
    if (info == null) {
      return new float[0];
    }
    int pairs = config.ropeDim() / 2;
    if (info.type() != TensorType.F32) {
      throw new UnsupportedModelException(
          file.fileName() + ": " + WeightNames.ROPE_FACTORS + " is " + info.type() + ", not F32");
    }
    binder.vector(WeightNames.ROPE_FACTORS, pairs);
    ByteView view = source.view(file.dataOffset() + info.offset(), info.bytes());
    float[] factors = new float[pairs];
    view.getFloats(0, factors, 0, pairs);
    return factors;
  }
}
