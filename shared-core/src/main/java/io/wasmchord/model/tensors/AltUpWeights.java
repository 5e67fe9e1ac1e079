package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.AltUp;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention in a layer of several residual streams, what stands beside it, and how the streams
 * follow.
 *
 * @param routerNorm [1, hidden], of what the router takes
 * @param router [streams, hidden]
 * @param predict [streams * streams, streams]: how streams are mixed before the layer
 * @param correct [streams, streams]: how much of what the layer did each stream is given
 * @param scale [1, hidden], of what takes the layer's own rows of tokens
 * @param low [rank, hidden]
 * @param high [hidden, rank]
 * @param lowRankNorm [1, hidden], of what those two give
 */
public record AltUpWeights(
    LayerWeights.Attention attention,
    Norm routerNorm,
    Tensor router,
    Tensor predict,
    Tensor correct,
    Tensor scale,
    Tensor low,
    Tensor high,
    Norm lowRankNorm)
    implements LayerWeights.Mixer {

  /**
   * What makes the streams of one, and one of them.
   *
   * @param in [hidden, hidden] for each stream but the first
   * @param out likewise
   */
  public record Outside(List<Tensor> in, List<Tensor> out) {
    static @Nullable Outside bind(WeightBinder binder, ModelConfig c) {
      AltUp altUp = c.rare().altUp();
      if (altUp == null) {
        return null;
      }
      int others = altUp.streams() - 1;
      return new Outside(
          binder.slices(WeightNames.STREAMS_IN, others, c.hidden(), c.hidden()),
          binder.slices(WeightNames.STREAMS_OUT, others, c.hidden(), c.hidden()));
    }
  }

  static AltUpWeights bind(
      WeightBinder binder,
      Architecture a,
      ModelConfig c,
      int layer,
      AltUp altUp,
      LayerWeights.Attention attention) {
    int n = altUp.streams();
    return new AltUpWeights(
        attention,
        Norm.bind(binder, a, WeightNames.layer(layer, "altup_router_norm"), c.hidden()),
        binder.matrix(WeightNames.layer(layer, "altup_router.weight"), n, c.hidden()),
        binder.matrix(WeightNames.layer(layer, "altup_predict_coef.weight"), n * n, n),
        binder.matrix(WeightNames.layer(layer, "altup_correct_coef.weight"), n, n),
        binder.vector(WeightNames.layer(layer, "altup_correct_scale.weight"), c.hidden()),
        binder.matrix(WeightNames.layer(layer, WeightNames.LAUREL_LOW), altUp.rank(), c.hidden()),
        binder.matrix(WeightNames.layer(layer, "laurel_r.weight"), c.hidden(), altUp.rank()),
        Norm.bind(binder, a, WeightNames.layer(layer, "laurel_post_norm"), c.hidden()));
  }
}
