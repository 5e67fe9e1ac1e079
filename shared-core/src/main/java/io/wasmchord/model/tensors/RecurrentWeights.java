package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import org.jspecify.annotations.Nullable;

/** The tensors of recurrent layers. */
public final class RecurrentWeights {
  private RecurrentWeights() {}

  /**
   * A convolution along the positions.
   *
   * @param weight [1, columns * kernelSize]
   * @param bias [1, columns], or null
   */
  public record Convolution(Tensor weight, @Nullable Tensor bias) {}

  /**
   * A gated delta net.
   *
   * @param mixed queries, keys and values, [channels, hidden]
   * @param gate of what it gives, [inner, hidden]
   * @param beta [heads, hidden], or where {@code alpha} is null both, the betas of a key's heads
   *     before their steps: [2 * heads, hidden]
   * @param alpha the steps, [heads, hidden], or null
   * @param stepBias [1, heads]
   * @param rate [1, heads], negative
   * @param norm of every head
   */
  public record DeltaNet(
      Projection mixed,
      Projection gate,
      Projection beta,
      @Nullable Projection alpha,
      Convolution convolution,
      Tensor stepBias,
      Tensor rate,
      Norm norm,
      Projection output)
      implements LayerWeights.Mixer {}

  /**
   * A layer of Mamba 1.
   *
   * @param values [inner, hidden]
   * @param gate of what it gives, [inner, hidden]
   * @param low what steps are made of, [rank, inner]
   * @param in [state, inner]
   * @param out [state, inner]
   * @param lowNorm of {@code low}, or null
   * @param inNorm of {@code in}, or null
   * @param outNorm of {@code out}, or null
   * @param step [inner, rank]
   * @param rate [inner, state], negative
   * @param past [1, inner]
   */
  public record Mamba(
      Projection values,
      Projection gate,
      Convolution convolution,
      Projection low,
      Projection in,
      Projection out,
      @Nullable Norm lowNorm,
      @Nullable Norm inNorm,
      @Nullable Norm outNorm,
      Projection step,
      Tensor rate,
      Tensor past,
      Projection output)
      implements LayerWeights.Mixer {}

  /**
   * A layer of Mamba 2.
   *
   * @param gate of what it gives, [inner, hidden]
   * @param mixed values, and what goes in and out, [channels, hidden]
   * @param step [heads, hidden]
   * @param stepBias [1, heads]
   * @param rate [heads, 1], negative
   * @param past [1, heads]
   * @param norm of every group, or null
   */
  public record Mamba2(
      Projection gate,
      Projection mixed,
      Projection step,
      Convolution convolution,
      Tensor stepBias,
      Tensor rate,
      Tensor past,
      @Nullable Norm norm,
      Projection output)
      implements LayerWeights.Mixer {}

  /**
   * A layer of PLaMo 2.
   *
   * @param both for each head gates and then values, [2 * inner, hidden]
   * @param low what steps are made of, [rank, inner]
   * @param in [state, inner]
   * @param out [state, inner]
   * @param step [heads, rank]
   * @param rate [heads, 1], negative
   * @param past [1, heads]
   */
  public record Plamo2(
      Projection both,
      Convolution convolution,
      Projection low,
      Projection in,
      Projection out,
      Norm lowNorm,
      Norm inNorm,
      Norm outNorm,
      Projection step,
      Tensor rate,
      Tensor past,
      Projection output)
      implements LayerWeights.Mixer {}

  /** Attention whose query matrix has, for each head, queries and then gates of what it gives. */
  public record GatedAttention(LayerWeights.Attention attention) implements LayerWeights.Mixer {}

  /** Both, of the same values; what they give is added. */
  public record BesideAttention(LayerWeights.Attention attention, Mamba2 mamba)
      implements LayerWeights.Mixer {}
}
