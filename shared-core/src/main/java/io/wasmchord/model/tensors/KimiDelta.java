package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import io.wasmchord.model.tensors.WeightBinder.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of Kimi's delta attention (https://arxiv.org/abs/2510.26692).
 *
 * @param query with its convolution; as the next two
 * @param decay what decays are made of
 * @param stepBias [1, inner], of that
 * @param rate [1, heads], of that
 * @param beta [heads, hidden]
 * @param gate of what it gives
 * @param norm of every head
 * @param output [hidden, inner]
 */
public record KimiDelta(
    Convolved query,
    Convolved key,
    Convolved value,
    Narrow decay,
    Tensor stepBias,
    Tensor rate,
    Projection beta,
    Narrow gate,
    Norm norm,
    Projection output)
    implements LayerWeights.Mixer {

  /**
   * A matrix [inner, hidden], and the convolution of what it gives.
   *
   * @param weight [1, inner * kernelSize]
   */
  public record Convolved(Projection projection, Tensor weight) {}

  /**
   * One or two matrices from the hidden state to [inner].
   *
   * @param low [dim, hidden], or null where there is one
   * @param wide [inner, dim or hidden]
   */
  public record Narrow(@Nullable Projection low, Projection wide) {}

  static KimiDelta bind(WeightBinder binder, ModelConfig c, int layer) {
    return new Binding(binder, c, c.recurrence(), layer).bind();
  }

  private record Binding(WeightBinder binder, ModelConfig c, Recurrence r, int layer) {
    KimiDelta bind() {
      return new KimiDelta(
          convolved("q", 0),
          convolved("k", 1),
          convolved("v", 2),
          narrow("ssm_f"),
          binder.vector(name("ssm_dt.bias"), r.inner()),
          binder.joined(name("ssm_a"), r.heads(), 1),
          projection("ssm_beta", r.heads(), c.hidden()),
          narrow("ssm_g"),
          new Norm(binder.vector(name("ssm_norm.weight"), r.state()), null),
          projection("attn_output", c.hidden(), r.inner()));
    }

    private String name(String suffix) {
      return WeightNames.layer(layer, suffix);
    }

    private Projection projection(String name, int out, int in) {
      return new Projection(binder.matrix(name(name + ".weight"), out, in), null);
    }

    private Convolved convolved(String part, int place) {
      String fused = name("attn_qkv.weight");
      int n = r.inner();
      Projection projection =
          binder.has(fused)
              ? new Projection(
                  binder.slice(fused, new Slice(3 * n, c.hidden(), place * n, n)), null)
              : projection("attn_" + part, n, c.hidden());
      String convolution = name("ssm_conv1d_" + part + ".weight");
      return new Convolved(projection, binder.joined(convolution, n, r.kernel()));
    }

    private Narrow narrow(String name) {
      boolean two = binder.has(name(name + "_b.weight"));
      return two
          ? new Narrow(
              projection(name + "_a", r.state(), c.hidden()),
              projection(name + "_b", r.inner(), r.state()))
          : new Narrow(null, projection(name + "_a", r.inner(), c.hidden()));
    }
  }
}
