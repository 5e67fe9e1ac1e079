package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import io.wasmchord.model.tensors.RecurrentWeights.Convolution;
import io.wasmchord.model.tensors.WeightBinder.Slice;
import org.jspecify.annotations.Nullable;

/** Asks the binder for the tensors of a recurrent layer. */
record RecurrentBinding(WeightBinder binder, ModelConfig c, int layer) {
  LayerWeights.Mixer bind() {
    return switch (c.recurrence().kind()) {
      case DELTA_NET -> deltaNet();
      case MAMBA -> mamba();
      case MAMBA2 -> mamba2();
      case PLAMO2 -> plamo2();
      case RWKV6, RWKV7 -> new RwkvBinding(binder, c, layer).timeMix();
      case KIMI_DELTA -> KimiDelta.bind(binder, c, layer);
      case LIGHTNING -> LightningAttention.bind(binder, c, layer);
      case NONE -> throw new IllegalStateException("layer " + layer + " is not recurrent");
    };
  }

  private RecurrentWeights.DeltaNet deltaNet() {
    Recurrence r = c.recurrence();
    boolean both = binder.has(name("ssm_ba.weight"));
    return new RecurrentWeights.DeltaNet(
        projection("attn_qkv", r.channels(), c.hidden()),
        projection("attn_gate", r.inner(), c.hidden()),
        both
            ? projection("ssm_ba", 2 * r.heads(), c.hidden())
            : projection("ssm_beta", r.heads(), c.hidden()),
        both ? null : projection("ssm_alpha", r.heads(), c.hidden()),
        convolution(r),
        vector("ssm_dt.bias", r.heads()),
        vector("ssm_a", r.heads()),
        new Norm(vector("ssm_norm.weight", r.headDim()), null),
        projection("ssm_out", c.hidden(), r.inner()));
  }

  private RecurrentWeights.Mamba mamba() {
    Recurrence r = c.recurrence();
    int rank = r.rank();
    int n = r.state();
    return new RecurrentWeights.Mamba(
        rows("ssm_in", new Slice(2 * r.inner(), c.hidden(), 0, r.inner())),
        rows("ssm_in", new Slice(2 * r.inner(), c.hidden(), r.inner(), r.inner())),
        convolution(r),
        rows("ssm_x", new Slice(rank + 2 * n, r.inner(), 0, rank)),
        rows("ssm_x", new Slice(rank + 2 * n, r.inner(), rank, n)),
        rows("ssm_x", new Slice(rank + 2 * n, r.inner(), rank + n, n)),
        optionalNorm("ssm_dt_norm", rank),
        optionalNorm("ssm_b_norm", n),
        optionalNorm("ssm_c_norm", n),
        projection("ssm_dt", r.inner(), rank),
        binder.vectors(name("ssm_a"), r.inner(), n),
        vector("ssm_d", r.inner()),
        projection("ssm_out", c.hidden(), r.inner()));
  }

  /** Norms have no suffix here. */
  private RecurrentWeights.Plamo2 plamo2() {
    Recurrence r = c.recurrence();
    int n = r.state();
    int all = 2 * n + r.rank();
    return new RecurrentWeights.Plamo2(
        projection("ssm_in", 2 * r.inner(), c.hidden()),
        convolution(r),
        rows("ssm_x", new Slice(all, r.inner(), 2 * n, r.rank())),
        rows("ssm_x", new Slice(all, r.inner(), 0, n)),
        rows("ssm_x", new Slice(all, r.inner(), n, n)),
        new Norm(vector("ssm_dt_norm", r.rank()), null),
        new Norm(vector("ssm_b_norm", n), null),
        new Norm(vector("ssm_c_norm", n), null),
        projection("ssm_dt", r.heads(), r.rank()),
        binder.divided(name("ssm_a"), r.heads(), 1),
        vector("ssm_d", r.heads()),
        projection("ssm_out", c.hidden(), r.inner()));
  }

  RecurrentWeights.Mamba2 mamba2() {
    Recurrence r = c.recurrence();
    int all = r.inner() + r.channels() + r.heads();
    String norm = name("ssm_norm.weight");
    return new RecurrentWeights.Mamba2(
        rows("ssm_in", new Slice(all, c.hidden(), 0, r.inner())),
        rows("ssm_in", new Slice(all, c.hidden(), r.inner(), r.channels())),
        rows("ssm_in", new Slice(all, c.hidden(), r.inner() + r.channels(), r.heads())),
        convolution(r),
        vector("ssm_dt.bias", r.heads()),
        binder.vectors(name("ssm_a"), r.heads(), 1),
        binder.joined(name("ssm_d"), r.heads(), 1),
        binder.has(norm)
            ? new Norm(binder.vectors(norm, r.groups(), r.inner() / r.groups()), null)
            : null,
        projection("ssm_out", c.hidden(), r.inner()));
  }

  private Convolution convolution(Recurrence r) {
    return new Convolution(
        binder.joined(name("ssm_conv1d.weight"), r.channels(), r.kernel()),
        binder.optionalVector(name("ssm_conv1d.bias"), r.channels()));
  }

  private String name(String suffix) {
    return WeightNames.layer(layer, suffix);
  }

  private Tensor vector(String name, int size) {
    return binder.vector(name(name), size);
  }

  private @Nullable Norm optionalNorm(String name, int size) {
    Tensor weight = binder.optionalVector(name(name + ".weight"), size);
    return weight == null ? null : new Norm(weight, null);
  }

  private Projection projection(String name, int out, int in) {
    return new Projection(
        binder.matrix(name(name + ".weight"), out, in),
        binder.optionalVector(name(name + ".bias"), out));
  }

  private Projection rows(String name, Slice slice) {
    return new Projection(binder.slice(name(name + ".weight"), slice), null);
  }
}
