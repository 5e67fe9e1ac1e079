package io.wasmchord.model.tensors;

import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.AltUp;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.WeightBinder.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one transformer block. Norms that the architecture lacks are null.
 *
 * @param attentionNorm of what attention, or what stands in its place, takes
 * @param mixer attention, or what stands in its place
 * @param attentionPostNorm of what that adds
 * @param attentionSumNorm of what it was added to
 * @param attentionSecondNorm of the sum of that and what the layer took
 * @param feedForwardNorm of what the feed-forward layer takes
 * @param feedForwardPostNorm of what it adds
 * @param feedForwardSumNorm of what that was added to
 * @param input how it takes its own rows of the tokens, or null
 * @param hyper how it takes several residual streams, or null
 * @param scale factor of what it gives, or of what the first layer was given, where that is added
 */
public record LayerWeights(
    @Nullable Norm attentionNorm,
    Mixer mixer,
    @Nullable Norm attentionPostNorm,
    @Nullable Norm attentionSumNorm,
    @Nullable Norm attentionSecondNorm,
    @Nullable Norm feedForwardNorm,
    FeedForward feedForward,
    @Nullable Norm feedForwardPostNorm,
    @Nullable Norm feedForwardSumNorm,
    @Nullable LayerInput input,
    @Nullable HyperWeights hyper,
    float scale) {

  /**
   * A matrix [out, in], a factor of its results, and its optional bias [1, out].
   *
   * @param factor 1 where there is none
   */
  public record Projection(Tensor weight, float factor, @Nullable Tensor bias) {
    /** Without a factor. */
    public Projection(Tensor weight, @Nullable Tensor bias) {
      this(weight, 1f, bias);
    }
  }

  /**
   * A norm's factors, all 1 where they are null: [1, size], or [heads, size] of heads that have
   * their own, and, of a layer norm, its optional bias [1, size].
   */
  public record Norm(@Nullable Tensor weight, @Nullable Tensor bias) {
    /** Asks for {@code name.weight} and {@code name.bias}, where norms have factors. */
    public static Norm bind(WeightBinder binder, Architecture a, String name, int size) {
      if (a.has(Trait.UNWEIGHTED_NORMS)) {
        return new Norm(null, null);
      }
      if (binder.has(name)) { // as plamo2's converter calls some
        return new Norm(binder.vector(name, size), null);
      }
      return new Norm(
          binder.vector(name + ".weight", size),
          a.has(Trait.LAYER_NORM) || a.has(Trait.NORM_BIASES)
              ? binder.optionalVector(name + ".bias", size)
              : null);
    }
  }

  /** What takes a token's past to it. */
  public sealed interface Mixer
      permits Attention,
          Convolution,
          LatentAttention,
          AltUpWeights,
          NoMixer,
          CrossAttention,
          Linear,
          KimiDelta,
          LightningAttention,
          RecurrentWeights.DeltaNet,
          RecurrentWeights.Mamba,
          RecurrentWeights.Mamba2,
          RecurrentWeights.Plamo2,
          RecurrentWeights.GatedAttention,
          RecurrentWeights.BesideAttention,
          RwkvWeights.Six,
          RwkvWeights.Seven {}

  /** Of a layer that is a feed-forward layer alone. */
  public record NoMixer() implements Mixer {}

  /** A matrix in place of attention, which takes a token alone. */
  public record Linear(Projection output) implements Mixer {}

  /**
   * A short convolution along the positions; see {@link io.wasmchord.backend.Command.ShortConv}.
   *
   * @param inGate [hidden, hidden]
   * @param outGate [hidden, hidden]
   * @param values [hidden, hidden]
   * @param weight [1, hidden * kernelSize]
   * @param output [hidden, hidden]
   */
  public record Convolution(
      Projection inGate, Projection outGate, Projection values, Tensor weight, Projection output)
      implements Mixer {}

  /**
   * Attention's own.
   *
   * @param key null where the keys and values of an earlier layer are taken
   * @param value null there, or where values are the keys before norm and rope
   * @param queryNorm [1, values that are normed together], or null
   * @param keyNorm likewise
   * @param extras what few models have
   */
  public record Attention(
      Projection query,
      @Nullable Projection key,
      @Nullable Projection value,
      Projection output,
      @Nullable Norm queryNorm,
      @Nullable Norm keyNorm,
      AttentionExtras extras)
      implements Mixer {}

  /** What follows attention. */
  public sealed interface FeedForward
      permits FeedForward.None,
          FeedForward.Dense,
          FeedForward.Mixture,
          FeedForward.Beside,
          FeedForward.Residual,
          RwkvWeights.ChannelMix {
    /** Of a layer that has none. */
    record None() implements FeedForward {}

    /**
     * {@code down(activation(gate(x)) * up(x))}, or without gate {@code down(activation(up(x)))}.
     *
     * @param subNorm of what {@code down} takes, or null
     * @param xielu the numbers of its activation, where it has its own, or null
     * @param deviations from the mean of gates to what they must exceed, in standard deviations;
     *     minus infinity where all count
     */
    record Dense(
        @Nullable Projection gate,
        Projection up,
        Projection down,
        @Nullable Norm subNorm,
        RareFeatures.@Nullable Xielu xielu,
        float deviations)
        implements FeedForward {}

    /**
     * A mixture beside a layer that every token goes through: each takes the residual stream with a
     * norm of its own, and what it gives is normed.
     *
     * @param denseAfter of what the layer gives
     * @param routerBefore of what the router takes, which is divided by the square root of its
     *     width
     * @param mixtureBefore of what experts take
     * @param mixtureAfter of what they give
     */
    record Beside(
        Dense dense,
        Norm denseAfter,
        Norm routerBefore,
        Norm mixtureBefore,
        Mixture mixture,
        Norm mixtureAfter)
        implements FeedForward {}

    /**
     * A mixture beside a layer that every token goes through, which takes what the whole layer
     * takes.
     *
     * @param mixtureNorm of that
     */
    record Residual(Dense dense, Norm mixtureNorm, Mixture mixture) implements FeedForward {}

    /**
     * A mixture of experts.
     *
     * @param router [experts, hidden]
     * @param vectors what experts have beside matrices
     * @param shared the expert of every token, or null
     * @param sharedRouter the row [1, hidden] that weighs it, or null
     * @param down [latent, hidden], what experts take, where that is not the hidden state; else
     *     null
     * @param up [hidden, latent], of what they give, or null
     * @param adjugates of each expert, that of its group; empty where groups have none
     */
    record Mixture(
        Projection router,
        List<Expert> experts,
        ExpertVectors vectors,
        @Nullable Dense shared,
        @Nullable Tensor sharedRouter,
        @Nullable Projection down,
        @Nullable Projection up,
        List<Expert> adjugates)
        implements FeedForward {}
  }

  /**
   * The attention of an architecture that has nothing else.
   *
   * @throws IllegalStateException when the layer is none
   */
  public Attention attention() {
    if (mixer instanceof Attention attention) {
      return attention;
    }
    throw new IllegalStateException("this layer is a convolution");
  }

  /** Asks the binder for the tensors of block {@code layer}. */
  public static LayerWeights bind(WeightBinder binder, Architecture a, ModelConfig c, int layer) {
    return c.stacks().exist()
        ? new StackBinding(binder, a, c, layer).bind()
        : new Binding(binder, a, c, c.shape(layer), layer).bind();
  }

  private record Binding(
      WeightBinder binder, Architecture a, ModelConfig c, LayerShape shape, int layer) {
    private static final String SCALE = "layer_output_scale.weight";

    LayerWeights bind() {
      boolean before = !a.has(Trait.NO_NORM_BEFORE);
      boolean after = a.has(Trait.NORM_AFTER);
      boolean sums = a.has(Trait.NORM_OF_SUM);
      return new LayerWeights(
          before && mixes() ? attentionNorm() : null,
          mixer(),
          after ? normAfter("post_attention_norm", "attn_output_norm", "attn_norm") : null,
          sums ? norm("attn_output_norm", c.hidden()) : null,
          sums && binder.has(name("attn_norm_2.weight")) ? norm("attn_norm_2", c.hidden()) : null,
          before && shape.feedForward() > 0 ? feedForwardNorm() : null,
          feedForward(),
          after ? normAfter("post_ffw_norm", "layer_output_norm", "ffn_norm") : null,
          sums ? norm("layer_output_norm", c.hidden()) : null,
          LayerInput.bind(binder, a, c, layer),
          HyperWeights.bind(binder, c, layer),
          a.has(Trait.LAYER_INPUTS) || a.has(Trait.EMBEDDING_SKIPS)
              ? binder.factor(name(SCALE))
              : 1f);
    }

    /** Whether it is a feed-forward layer alone. */
    private boolean lone() {
      return !shape.attends() && shape.state() == 0 && shape.convolution() == 0;
    }

    /** Whether it has attention, or something in its place. */
    private boolean mixes() {
      return !lone() || (a.has(Trait.SPARSE_LAYERS) && binder.has(name(WeightNames.OUT)));
    }

    private Mixer mixer() {
      if (lone()) {
        return mixes()
            ? new Linear(projection("attn_output", c.hidden(), c.hidden()))
            : new NoMixer();
      }
      if (c.latent().used() && shape.state() == 0) {
        return LatentAttention.bind(binder, a, c, layer);
      }
      if (shape.convolution() > 0) {
        return convolution();
      }
      AltUp altUp = c.rare().altUp();
      if (altUp != null) {
        return AltUpWeights.bind(binder, a, c, layer, altUp, attention());
      }
      if (shape.state() == 0) {
        return a.has(Trait.GATED_ATTENTION)
            ? new RecurrentWeights.GatedAttention(attention())
            : attention();
      }
      RecurrentBinding recurrent = new RecurrentBinding(binder, c, layer);
      return shape.attends()
          ? new RecurrentWeights.BesideAttention(attention(), recurrent.mamba2())
          : recurrent.bind();
    }

    private FeedForward feedForward() {
      if (shape.feedForward() == 0) {
        return new FeedForward.None();
      }
      if (c.recurrence().mix().channels()) {
        return new RwkvBinding(binder, c, layer).channelMix();
      }
      if (!c.experts().is(layer)) {
        return dense("");
      }
      if (a.has(Trait.EXPERTS_OF_LAYER_INPUT)) {
        Norm norm = norm("ffn_norm_exps", c.hidden());
        return new FeedForward.Residual(dense(""), norm, mixture());
      }
      return a.has(Trait.DENSE_BESIDE_EXPERTS) ? beside() : mixture();
    }

    private FeedForward.Beside beside() {
      return new FeedForward.Beside(
          dense(""),
          norm("post_ffw_norm_1", c.hidden()),
          new Norm(binder.vector(name("ffn_gate_inp.scale"), c.hidden()), null),
          norm("pre_ffw_norm_2", c.hidden()),
          mixture(),
          norm("post_ffw_norm_2", c.hidden()));
    }

    private String name(String suffix) {
      return WeightNames.layer(layer, suffix);
    }

    private Norm norm(String name, int size) {
      return Norm.bind(binder, a, name(name), size);
    }

    /**
     * @param other what some files call it
     * @param before what the norm before the sub-layer is called
     */
    private Norm normAfter(String name, String other, String before) {
      if (a.has(Trait.NORMS_AFTER_AS_BEFORE)) {
        return norm(before, c.hidden());
      }
      if (a.has(Trait.BARE_NORM_NAMES) && binder.has(name(name))) {
        return new Norm(binder.vector(name(name), c.hidden()), null);
      }
      return norm(binder.has(name(other + ".weight")) ? other : name, c.hidden());
    }

    private @Nullable Norm attentionNorm() {
      if (a.has(Trait.ATTENTION_BY_SECOND_NORM)) {
        return norm("attn_norm_2", c.hidden());
      }
      boolean optional = a.has(Trait.FIRST_UNNORMED) && layer == 0;
      return optional && !binder.has(name("attn_norm.weight"))
          ? null
          : norm("attn_norm", c.hidden());
    }

    /** Some files call it by its place, after attention, where another norm has that name. */
    private @Nullable Norm feedForwardNorm() {
      boolean alone = lone() && a.has(Trait.ONE_SUB_LAYER);
      if (alone || a.has(Trait.ATTENTION_BY_SECOND_NORM)) {
        return norm("attn_norm", c.hidden());
      }
      if (c.recurrence().mix().channels()) {
        return norm("attn_norm_2", c.hidden());
      }
      if (binder.has(name("ffn_norm"))) { // as falcon-h1's converter calls it
        return new Norm(binder.vector(name("ffn_norm"), c.hidden()), null);
      }
      boolean named = binder.has(name("ffn_norm.weight"));
      if (!named && a.has(Trait.ONE_NORM_OR_TWO)) {
        return null;
      }
      boolean byPlace = !named && !a.has(Trait.NORM_AFTER);
      for (String place : List.of("post_attention_norm", "attn_output_norm")) {
        if (byPlace && binder.has(name(place + ".weight"))) {
          return norm(place, c.hidden());
        }
      }
      return norm("ffn_norm", c.hidden());
    }

    /** Queries, keys and values may be the rows of one matrix. */
    private Attention attention() {
      LayerShape.Attention heads = shape.attention();
      int queries = heads.queryColumns() * (a.has(Trait.GATED_ATTENTION) ? 2 : 1);
      int keys = heads.kv().keyColumns();
      int values = heads.kv().valueColumns();
      int all = queries + keys + values;
      boolean fused = binder.has(name("attn_qkv.weight"));
      boolean own = shape.keysOf() == layer;
      boolean valued = !a.has(Trait.VALUE_NORMS) || binder.has(name("attn_v.weight"));
      return new Attention(
          fused ? fused("attn_qkv", all, 0, queries) : projection("attn_q", queries, c.hidden()),
          !own
              ? null
              : fused
                  ? fused("attn_qkv", all, queries, keys)
                  : projection("attn_k", keys, c.hidden()),
          !own
              ? null
              : fused
                  ? fused("attn_qkv", all, queries + keys, values)
                  : valued ? projection("attn_v", values, c.hidden()) : null,
          projection("attn_output", c.hidden(), heads.outColumns()),
          headNorm("attn_q_norm", heads.heads()),
          own ? headNorm("attn_k_norm", heads.kvHeads()) : null,
          AttentionExtras.bind(binder, a, c, layer));
    }

    /** Both gates and the values are the rows of one matrix. */
    private Convolution convolution() {
      int n = c.hidden();
      String in = WeightNames.CONVOLUTION_IN;
      return new Convolution(
          fused(in, 3 * n, 0, n),
          fused(in, 3 * n, n, n),
          fused(in, 3 * n, 2 * n, n),
          binder.joined(name(WeightNames.CONVOLUTION), n, shape.convolution()),
          projection(WeightNames.CONVOLUTION_OUT, n, n));
    }

    private @Nullable Norm headNorm(String name, int heads) {
      if (a.has(Trait.HEAD_LAYER_NORMS)) {
        int dim = shape.attention().keyDim();
        String bias = name(name + ".bias");
        return new Norm(
            binder.vectors(name(name + ".weight"), heads, dim),
            binder.has(bias) ? binder.joined(bias, heads, dim) : null);
      }
      if (a.has(Trait.NORM_OF_EACH_HEAD)) {
        String weight = name(name + ".weight");
        return binder.has(weight)
            ? new Norm(binder.vectors(weight, heads, shape.attention().keyDim()), null)
            : null;
      }
      boolean rows = a.has(Trait.MAYBE_ROW_NORMS) && binder.has(name(name + ".weight"));
      if (a.has(Trait.ROW_NORMS) || rows) {
        return norm(name, heads * shape.attention().keyDim());
      }
      boolean each =
          a.has(Trait.HEAD_NORMS)
              || a.has(Trait.HEAD_NORMS_AFTER_ROPE)
              || (a.has(Trait.HEAD_NORMS_OF_FILE) && binder.has(name(name + ".weight")));
      return each ? norm(name, shape.attention().keyDim()) : null;
    }

    /** Gate and up may be the rows of one matrix, called up. */
    private FeedForward.Dense dense(String suffix) {
      int width = shape.feedForward();
      Projection down = projection("ffn_down" + suffix, c.hidden(), width);
      Norm subNorm = a.has(Trait.SUB_NORMS) ? norm("ffn_sub_norm" + suffix, width) : null;
      List<RareFeatures.Xielu> xielus = c.rare().xielus();
      RareFeatures.Xielu xielu = xielus.isEmpty() ? null : xielus.get(layer);
      AltUp altUp = c.rare().altUp();
      float deviations = altUp == null ? Float.NEGATIVE_INFINITY : altUp.deviations(layer);
      String up = "ffn_up" + suffix;
      if (a.has(Trait.UNGATED)) {
        return new FeedForward.Dense(
            null, projection(up, width, c.hidden()), down, subNorm, xielu, deviations);
      }
      if (!binder.has(name("ffn_gate" + suffix + ".weight"))) {
        return new FeedForward.Dense(
            fused(up, 2 * width, 0, width),
            fused(up, 2 * width, width, width),
            down,
            subNorm,
            xielu,
            deviations);
      }
      return new FeedForward.Dense(
          projection("ffn_gate" + suffix, width, c.hidden()),
          projection(up, width, c.hidden()),
          down,
          subNorm,
          xielu,
          deviations);
    }

    private FeedForward.Mixture mixture() {
      MixtureBinding mixture = new MixtureBinding(binder, c, layer);
      boolean weighted = a.has(Trait.SHARED_EXPERT);
      int latent = c.experts().latent();
      boolean dense = a.has(Trait.DENSE_WITH_EXPERTS) && binder.has(name(WeightNames.UP));
      boolean shared =
          weighted
              || dense
              || (a.has(Trait.UNWEIGHTED_SHARED_EXPERT) && binder.has(name(WeightNames.SHARED_UP)));
      return new FeedForward.Mixture(
          router(),
          mixture.experts(),
          mixture.vectors(),
          shared ? dense(dense ? "" : "_shexp") : null,
          weighted ? matrix("ffn_gate_inp_shexp.weight", 1, c.hidden()) : null,
          latent > 0 ? projection("ffn_latent_down", latent, c.hidden()) : null,
          latent > 0 ? projection("ffn_latent_up", c.hidden(), latent) : null,
          mixture.adjugates());
    }

    /** Where a layer stands beside, what is called its scale is a norm's. */
    private Projection router() {
      String name = WeightNames.ROUTER;
      int experts = c.experts().count();
      return a.has(Trait.DENSE_BESIDE_EXPERTS)
          ? new Projection(matrix(name + ".weight", experts, c.hidden()), null)
          : projection(name, experts, c.hidden());
    }

    private Tensor matrix(String name, int rows, int cols) {
      return binder.matrix(name(name), rows, cols);
    }

    private Projection projection(String name, int out, int in) {
      return new Projection(
          matrix(name + ".weight", out, in),
          binder.factor(name(name + ".scale")),
          binder.optionalVector(name(name + ".bias"), out));
    }

    /** Rows of a matrix and of its bias. */
    private Projection fused(String name, int all, int from, int count) {
      String bias = name(name + ".bias");
      return new Projection(
          binder.slice(name(name + ".weight"), new Slice(all, c.hidden(), from, count)),
          binder.factor(name(name + ".scale")),
          binder.has(bias) ? binder.vectorSlice(bias, new Slice(all, 1, from, count)) : null);
    }
  }
}
