package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors of RWKV's layers. */
public final class RwkvWeights {
  private RwkvWeights() {}

  /** Two small matrices, one after the other, and what is added: {@code wide(low(x)) + bias}. */
  public record LowRank(Tensor low, Tensor wide, Tensor bias) {}

  /**
   * What both time mixes have.
   *
   * @param norm of every head, [heads, headDim], with its bias; or null
   */
  public record Heads(
      Projection receptance,
      Projection key,
      Projection value,
      @Nullable Norm norm,
      Projection output) {}

  /**
   * Time mix of RWKV 6.
   *
   * @param shift how much of the token before what the mixtures are made of has
   * @param low [5 * rank, hidden]
   * @param wide five of [hidden, rank], of decay, key, value, receptance and gate
   * @param mixtures five of [1, hidden], likewise
   * @param decay what is added to decays is its bias
   * @param first [1, hidden]; null where what is new counts as what is kept, and keys are
   *     multiplied by how much is forgotten
   */
  public record Six(
      Heads heads,
      Tensor shift,
      Tensor low,
      List<Tensor> wide,
      List<Tensor> mixtures,
      LowRank decay,
      @Nullable Tensor first,
      Projection gate)
      implements LayerWeights.Mixer {}

  /**
   * Time mix of RWKV 7.
   *
   * @param mixtures of receptance, decay, key, value, rate and gate, [1, hidden]
   * @param value the mixture with the first layer's values; null in that layer
   * @param gateLow [rank, hidden], or null where there are no gates
   * @param gateWide [hidden, rank], or null
   * @param removed [1, hidden], of keys
   * @param kept [1, hidden], of keys
   * @param bonus [1, hidden]
   */
  public record Seven(
      Heads heads,
      List<Tensor> mixtures,
      LowRank decay,
      LowRank rate,
      @Nullable LowRank value,
      @Nullable Tensor gateLow,
      @Nullable Tensor gateWide,
      Tensor removed,
      Tensor kept,
      Tensor bonus)
      implements LayerWeights.Mixer {}

  /**
   * Channel mix.
   *
   * @param keyMixture [1, hidden]
   * @param receptanceMixture [1, hidden], or null where there is no receptance
   * @param receptance [hidden, hidden], or null
   */
  public record ChannelMix(
      Tensor keyMixture,
      Projection key,
      Projection value,
      @Nullable Tensor receptanceMixture,
      @Nullable Projection receptance)
      implements LayerWeights.FeedForward {}
}
