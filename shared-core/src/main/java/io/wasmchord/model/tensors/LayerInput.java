package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import org.jspecify.annotations.Nullable;

/**
 * How a layer takes its own rows of the tokens: {@code x + norm(output(gelu(gate(x)) * row))}.
 *
 * @param gate [width, hidden]
 * @param output [hidden, width]
 * @param norm [1, hidden]
 */
public record LayerInput(Tensor gate, Tensor output, LayerWeights.Norm norm) {
  /**
   * What makes the rows of all layers of the residual stream; they are added to those that are
   * looked up.
   *
   * @param projection [layers * width, hidden]
   * @param norm [1, width]
   */
  public record Projected(Tensor projection, LayerWeights.Norm norm) {
    static @Nullable Projected bind(WeightBinder binder, Architecture a, ModelConfig c) {
      return c.layerInput() == 0
          ? null
          : new Projected(
              binder.matrix(WeightNames.LAYER_PROJECTION, columns(c), c.hidden()),
              LayerWeights.Norm.bind(binder, a, WeightNames.LAYER_PROJECTION_NORM, c.layerInput()));
    }
  }

  /** Values of the rows of all layers. */
  public static int columns(ModelConfig c) {
    return Math.multiplyExact(c.layers(), c.layerInput());
  }

  /** The rows of tokens, [vocabulary, layers * width], or null where there are none. */
  public static @Nullable Tensor embedding(WeightBinder binder, ModelConfig c) {
    return c.layerInput() == 0
        ? null
        : binder.matrix(WeightNames.LAYER_EMBEDDING, c.vocabulary(), columns(c));
  }

  static @Nullable LayerInput bind(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    return c.layerInput() == 0
        ? null
        : new LayerInput(
            binder.matrix(WeightNames.layer(layer, "inp_gate.weight"), c.layerInput(), c.hidden()),
            binder.matrix(WeightNames.layer(layer, "proj.weight"), c.hidden(), c.layerInput()),
            LayerWeights.Norm.bind(binder, a, WeightNames.layer(layer, "post_norm"), c.hidden()));
  }
}
