package io.wasmchord.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a transformer computes with.
 *
 * @param head null where the model has no logits
 */
record Network(
    ModelConfig config,
    Input input,
    Layers layers,
    @Nullable Head head,
    BlockRecorder blocks,
    RopeTables rope,
    List<Section> sections) {

  /**
   * From the residual stream to logits.
   *
   * @param output [vocabulary, hidden]
   */
  record Head(LayerWeights.Norm norm, LayerWeights.Projection output) {}
}
