package io.wasmchord.model.transformer;

import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.tensors.ClassifierWeights;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.OutsideWeights;
import io.wasmchord.model.tensors.RopeTables;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a transformer computes with.
 *
 * @param encoderNorm of what an encoder gives the decoder after it, in the first section; or null
 */
record Network(
    ModelConfig config,
    Input input,
    Layers layers,
    Head head,
    BlockRecorder blocks,
    RopeTables rope,
    List<Section> sections,
    LayerWeights.@Nullable Norm encoderNorm,
    Recordings recordings) {

  /**
   * What follows the layers, in the first section.
   *
   * @param norm of the residual stream, or null where it is normed already
   * @param output [vocabulary, hidden], or null where the model has no logits
   * @param dense of pooled vectors, or null
   * @param classifier of pooled states, or null
   */
  record Head(
      LayerWeights.@Nullable Norm norm,
      LayerWeights.@Nullable Projection output,
      OutsideWeights.@Nullable Dense dense,
      @Nullable ClassifierWeights classifier) {}
}
