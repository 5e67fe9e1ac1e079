package io.wasmchord.model.transformer;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ExpertVectors;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.RareFeatures;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.RecurrentBuffers;
import io.wasmchord.model.tensors.AltUpWeights;
import io.wasmchord.model.tensors.AttentionExtras;
import io.wasmchord.model.tensors.CrossAttention;
import io.wasmchord.model.tensors.KimiDelta;
import io.wasmchord.model.tensors.LatentAttention;
import io.wasmchord.model.tensors.LayerWeights;
import io.wasmchord.model.tensors.LayerWeights.Attention;
import io.wasmchord.model.tensors.LayerWeights.Convolution;
import io.wasmchord.model.tensors.LayerWeights.FeedForward;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LightningAttention;
import io.wasmchord.model.tensors.RecurrentWeights;
import io.wasmchord.model.tensors.RwkvWeights;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records what one transformer block does to the residual stream of a batch. */
final class BlockRecorder {
  private static final float SMALL_EPSILON = 1e-8f;
  private static final float HEAD_EPSILON = 1e-5f; // of layer norms of heads

  private final Architecture architecture;
  private final ModelConfig config;
  private final RecurrentRecorder recurrent;
  private final RwkvRecorder rwkv;
  private final KimiDeltaRecorder kimiDelta;
  private final LightningRecorder lightning;
  private final AltUpRecorder altUp;
  private final HyperRecorder hyper;

  BlockRecorder(Architecture architecture, ModelConfig config) {
    this.architecture = architecture;
    this.config = config;
    this.recurrent = new RecurrentRecorder(architecture, config);
    this.rwkv = new RwkvRecorder(config);
    this.kimiDelta = new KimiDeltaRecorder(config);
    this.lightning = new LightningRecorder(config);
    this.altUp = new AltUpRecorder(config);
    this.hyper = new HyperRecorder(config);
  }

  /**
   * What a block is recorded for.
   *
   * @param layer its number in the model
   * @param sequences whose tokens the batch has
   * @param cacheLayer its number in their caches
   * @param attends positions that every token attends to; 0 where a token attends to those up to
   *     its own
   * @param encoded rows of an encoder that each sequence attends to; empty where there is none
   */
  record Context(
      int layer,
      List<SequenceRows> sequences,
      int cacheLayer,
      int attends,
      List<Integer> encoded) {}

  void record(Commands c, ActivationBuffers s, LayerWeights w, Context context) {
    if (w.mixer() instanceof AltUpWeights streams) {
      altUp.predict(c, s, streams);
    }
    if (architecture.has(Trait.ROUTED_EARLY)) {
      route(c, s, s.x(), w.feedForward());
    }
    if (w.hyper() != null) {
      hyper.reduce(c, s, w.hyper().attention());
    }
    Tensor x = normed(c, s, w.attentionNorm());
    switch (w.mixer()) {
      case Attention attention -> attention(c, s, x, attention, context);
      case Convolution convolution -> convolve(c, s, x, convolution, context);
      case LatentAttention latent -> latent(c, s, x, latent, context);
      case AltUpWeights streams -> {
        altUp.beside(c, s, x, streams);
        attention(c, s, x, streams.attention(), context);
      }
      case LayerWeights.NoMixer _ -> {}
      case CrossAttention cross -> CrossRecorder.attend(c, s, x, cross, config, context);
      case LayerWeights.Linear linear -> project(c, x, linear.output(), s.delta());
      case RecurrentWeights.DeltaNet net -> recurrent.deltaNet(c, s, x, net, context);
      case RecurrentWeights.Mamba mamba -> recurrent.mamba(c, s, x, mamba, context);
      case RecurrentWeights.Mamba2 mamba -> recurrent.mamba2(c, s, x, mamba, context);
      case RecurrentWeights.Plamo2 plamo -> recurrent.plamo2(c, s, x, plamo, context);
      case RecurrentWeights.GatedAttention gated -> gated(c, s, x, gated.attention(), context);
      case RecurrentWeights.BesideAttention both -> {
        attention(c, s, x, both.attention(), context);
        add(c, s, null);
        recurrent.mamba2(c, s, x, both.mamba(), context);
      }
      case KimiDelta kimi -> kimiDelta.record(c, s, x, kimi, context);
      case LightningAttention linear -> lightning.record(c, s, x, linear, context);
      case RwkvWeights.Six six -> rwkv.six(c, s, x, six, context);
      case RwkvWeights.Seven seven -> rwkv.seven(c, s, x, seven, context);
    }
    feedForward(c, s, x, w, context);
    if (w.mixer() instanceof AltUpWeights streams) {
      altUp.correct(c, s, streams, Objects.requireNonNull(w.input()), context.layer());
    } else if (w.input() != null) {
      LayerInputs.record(c, s, config, w.input(), context.layer());
    }
    if (s.skip() != null) {
      c.addScaled(s.x(), s.skip(), w.scale());
    } else {
      scale(c, s.x(), w.scale());
    }
  }

  AltUpRecorder altUp() {
    return altUp;
  }

  HyperRecorder hyper() {
    return hyper;
  }

  ModelConfig config() {
    return config;
  }

  private void latent(
      Commands c, ActivationBuffers s, Tensor x, LatentAttention w, Context context) {
    LatentRecorder latent = new LatentRecorder(this, config, c, s, w, context.layer());
    ActivationBuffers.Attention b = buffers(s, context);
    latent.queries(x);
    latent.keys(x);
    rope(c, s, b.q(), null, context.layer());
    rope(c, s, b.k(), null, context.layer());
    c.storeKv(b.k(), b.v(), context.sequences(), context.cacheLayer());
    heat(c, s, b.q(), context.layer());
    latent.gate(x);
    attention(c, s, new AttentionExtras(w.sinks(), null, null, null), context);
    latent.output();
  }

  private void clamp(Commands c, Tensor x) {
    if (config.rare().clamp() > 0) {
      c.clamp(x, config.rare().clamp());
    }
  }

  private void attention(Commands c, ActivationBuffers s, Tensor x, Attention w, Context context) {
    Tensor q = buffers(s, context).q();
    project(c, x, w.query(), q);
    clamp(c, q);
    AttentionGates gates = gates(buffers(s, context));
    if (gates != null && w.extras().gate() != null) {
      gates.make(c, x, w.extras().gate());
    }
    if (w.key() != null) {
      storeKeys(c, s, x, w, context);
    }
    rope(c, s, q, w.queryNorm(), context.layer());
    if (w.extras().gains() != null) {
      unit(c, q, context);
      c.scaleColumns(q, w.extras().gains());
    }
    heat(c, s, q, context.layer());
    attend(c, s, w, context);
  }

  /** Attention whose heads have gates beside their queries. */
  private void gated(Commands c, ActivationBuffers s, Tensor x, Attention w, Context context) {
    ActivationBuffers.Attention b = buffers(s, context);
    RecurrentBuffers.Net gates =
        Objects.requireNonNull(Objects.requireNonNull(s.recurrent()).net());
    int dim = config.shape(context.layer()).attention().keyDim();
    project(c, x, w.query(), gates.queries());
    c.copyColumns(gates.queries(), 0, dim, 2 * dim, b.q());
    c.copyColumns(gates.queries(), dim, dim, 2 * dim, gates.gates());
    storeKeys(c, s, x, w, context);
    rope(c, s, b.q(), w.queryNorm(), context.layer());
    attention(c, s, w.extras(), context);
    c.gate(gates.gates(), b.out(), Activation.SIGMOID, 0f, b.out());
    project(c, b.out(), w.output(), s.delta());
  }

  private ActivationBuffers.Attention buffers(ActivationBuffers s, Context context) {
    return s.attention(config.shape(context.layer()));
  }

  /** The first part of a block whose tokens attend to each other: keys and values. */
  void storeKeys(Commands c, ActivationBuffers s, LayerWeights w, Context context) {
    storeKeys(c, s, normed(c, s, w.attentionNorm()), w.attention(), context);
  }

  private void storeKeys(Commands c, ActivationBuffers s, Tensor x, Attention w, Context context) {
    ActivationBuffers.Attention b = buffers(s, context);
    project(c, x, Objects.requireNonNull(w.key()), b.k());
    if (w.value() == null) {
      c.copyColumns(b.k(), 0, b.k().cols(), b.k().cols(), b.v());
    } else {
      project(c, x, w.value(), b.v());
    }
    if (architecture.has(Trait.VALUE_NORMS)) {
      c.rmsNorm(b.v(), b.ones(), config.normEps(), b.v());
    }
    clamp(c, b.k());
    clamp(c, b.v());
    rope(c, s, b.k(), w.keyNorm(), context.layer());
    if (w.extras().gains() != null) {
      unit(c, b.k(), context);
    }
    c.storeKv(b.k(), b.v(), context.sequences(), keysLayer(context));
  }

  /** The other part, when keys and values of all tokens are stored. */
  void recordRest(Commands c, ActivationBuffers s, LayerWeights w, Context context) {
    Tensor x = normed(c, s, w.attentionNorm());
    Tensor q = buffers(s, context).q();
    project(c, x, w.attention().query(), q);
    clamp(c, q);
    rope(c, s, q, w.attention().queryNorm(), context.layer());
    attend(c, s, w.attention(), context);
    feedForward(c, s, x, w, context);
  }

  /**
   * Adds what attention, or what stands in its place, gave, and the feed-forward layer.
   *
   * @param attended what attention took
   */
  private void feedForward(
      Commands c, ActivationBuffers s, Tensor attended, LayerWeights w, Context context) {
    boolean parallel = architecture.has(Trait.PARALLEL);
    Tensor x = parallel ? normed(c, s, w.feedForwardNorm()) : attended;
    if (w.feedForward() instanceof FeedForward.Residual both) {
      aside(c, s, both, context);
    }
    if (w.attentionSecondNorm() != null) {
      int[] rows = IntStream.range(0, s.x().rows()).toArray();
      c.gather(s.x(), rows, s.normed()); // is added once more
    }
    takeUp(c, s);
    if (!(w.mixer() instanceof LayerWeights.NoMixer)) {
      add(c, s, w.attentionPostNorm());
    }
    if (w.hyper() != null) {
      hyper.reduce(c, s, w.hyper().feedForward());
    }
    if (w.mixer() instanceof AltUpWeights) {
      altUp.addBeside(c, s);
    }
    normSum(c, s, w.attentionSumNorm());
    if (w.attentionSecondNorm() != null) {
      c.add(s.x(), s.normed());
      normSum(c, s, w.attentionSecondNorm());
    }
    if (!parallel && w.feedForwardNorm() != null) {
      x = normed(c, s, w.feedForwardNorm());
      takeUp(c, s);
    }
    switch (w.feedForward()) {
      case FeedForward.Dense dense -> {
        dense(c, s, x, dense, context);
        add(c, s, w.feedForwardPostNorm());
      }
      case FeedForward.Mixture mixture -> mixture(c, s, x, mixture, w, context);
      case FeedForward.Beside both -> {
        beside(c, s, x, both, context);
        add(c, s, w.feedForwardPostNorm());
      }
      case FeedForward.Residual both -> {
        dense(c, s, x, both.dense(), context);
        add(c, s, null);
        c.add(s.x(), Objects.requireNonNull(s.mixture()).sum());
      }
      case FeedForward.None _ -> {}
      case RwkvWeights.ChannelMix mix -> {
        rwkv.channels(c, s, x, mix, context);
        add(c, s, null);
        rwkv.halve(c, s, context.layer());
      }
    }
    normSum(c, s, w.feedForwardSumNorm());
  }

  /** Puts what a sub-layer took in the place of the residual stream, where that is so. */
  private void takeUp(Commands c, ActivationBuffers s) {
    if (architecture.has(Trait.ADDED_TO_NORMED)) {
      c.copyColumns(s.normed(), 0, s.normed().cols(), s.normed().cols(), s.x());
      scale(c, s.x(), config.scales().residual());
    }
  }

  /** The factor of what a sub-layer adds. */
  private float residual() {
    return architecture.has(Trait.ADDED_TO_NORMED) ? 1f : config.scales().residual();
  }

  private void normSum(Commands c, ActivationBuffers s, @Nullable Norm norm) {
    if (norm != null) {
      norm(c, s, s.x(), norm, s.x());
    }
  }

  void scaleEmbedding(Commands c, Tensor x) {
    scale(c, x, config.scales().embedding());
  }

  /** What a sub-layer takes: the residual stream, normed where there is a norm. */
  private Tensor normed(Commands c, ActivationBuffers s, @Nullable Norm norm) {
    if (norm == null) {
      return s.x();
    }
    norm(c, s, s.x(), norm, s.normed());
    return s.normed();
  }

  /** The architecture's kind of norm; {@code out} may be {@code x}. */
  void norm(Commands c, ActivationBuffers s, Tensor x, Norm norm, Tensor out) {
    norm(c, s, x, norm, config.normEps(), out);
  }

  private void norm(Commands c, ActivationBuffers s, Tensor x, Norm norm, float eps, Tensor out) {
    Tensor weight =
        norm.weight() == null ? Objects.requireNonNull(s.constants().ones()) : norm.weight();
    if (!architecture.has(Trait.LAYER_NORM)) {
      c.rmsNorm(x, weight, eps, out);
    } else {
      c.layerNorm(x, weight, eps, out);
    }
    if (norm.bias() != null) {
      c.addBias(out, norm.bias());
    }
  }

  /** A layer norm of every head, with its own factors. */
  private static void headNorm(Commands c, Tensor x, Norm norm) {
    c.layerNorm(x, Objects.requireNonNull(norm.weight()), HEAD_EPSILON, x);
    if (norm.bias() != null) {
      c.addBias(x, norm.bias());
    }
  }

  private void add(Commands c, ActivationBuffers s, @Nullable Norm norm) {
    if (norm != null) {
      boolean small = architecture.has(Trait.SMALL_EPSILON_AFTER);
      norm(c, s, s.delta(), norm, small ? SMALL_EPSILON : config.normEps(), s.delta());
    }
    scale(c, s.delta(), residual());
    if (s.hyper() == null) {
      c.add(s.x(), s.delta());
    } else {
      hyper.distribute(c, s);
    }
  }

  private static void convolve(
      Commands c, ActivationBuffers s, Tensor x, Convolution w, Context context) {
    ActivationBuffers.Gates gates = Objects.requireNonNull(s.gates());
    project(c, x, w.inGate(), gates.in());
    project(c, x, w.outGate(), gates.out());
    project(c, x, w.values(), s.delta());
    c.shortConv(
        new Command.ShortConv(
            s.delta(),
            gates.in(),
            gates.out(),
            w.weight(),
            context.sequences(),
            context.cacheLayer(),
            gates.out()));
    project(c, gates.out(), w.output(), s.delta());
  }

  private void attend(Commands c, ActivationBuffers s, Attention w, Context context) {
    ActivationBuffers.Attention b = buffers(s, context);
    attention(c, s, w.extras(), context);
    AttentionGates gates = gates(b);
    if (gates != null && w.extras().gate() != null) {
      gates.multiply(c, b.out());
    }
    if (w.extras().subNorm() != null) {
      norm(c, s, b.out(), w.extras().subNorm(), b.out());
    }
    project(c, b.out(), w.output(), s.delta());
    scale(c, s.delta(), config.rare().attention());
  }

  /** The gates of a layer's heads, or null where it has none. */
  @Nullable AttentionGates gates(ActivationBuffers.Attention b) {
    return b.gate() == null
        ? null
        : new AttentionGates(config.rare().gate().activation(), b.gate(), b.heads());
  }

  /** The layer of the caches whose keys and values a layer attends to. */
  private int keysLayer(Context context) {
    return context.cacheLayer() - context.layer() + config.shape(context.layer()).keysOf();
  }

  private void attention(Commands c, ActivationBuffers s, AttentionExtras extras, Context context) {
    ActivationBuffers.Attention b = buffers(s, context);
    boolean chunked = architecture.has(Trait.CHUNKED) && config.window().sliding(context.layer());
    c.attention(
        new Command.Attention(
            b.q(),
            context.sequences(),
            keysLayer(context),
            config.shape(context.layer()).attention().heads(),
            config.scoreScale(context.layer()),
            config.caps().scores(),
            config.window().of(context.layer()),
            context.attends(),
            new AttentionOptions(
                chunked,
                extras.sinks(),
                s.constants().slopes(),
                s.constants().biases(config, context.layer())),
            b.out()));
  }

  /** Norms every head, without factors. */
  private void unit(Commands c, Tensor x, Context context) {
    int dim = config.shape(context.layer()).attention().keyDim();
    c.l2Norm(Columns.of(x), dim, dim * config.normEps());
    c.scale(x, FloatMath.sqrt(dim));
  }

  /** Norms queries or keys, if they are, and turns them. */
  private void rope(Commands c, ActivationBuffers s, Tensor x, @Nullable Norm norm, int layer) {
    boolean after = architecture.has(Trait.HEAD_NORMS_AFTER_ROPE);
    if (norm != null && architecture.has(Trait.HEAD_LAYER_NORMS)) {
      headNorm(c, x, norm);
    } else if (norm != null && !after) {
      norm(c, s, x, norm, x);
    }
    RopeOrder order = architecture.positions().order();
    if (order != null && turns(layer)) {
      Tensor table = config.window().sliding(layer) ? s.slidingRope() : s.rope();
      c.rope(x, table, config.shape(layer).attention().keyDim(), order);
      if (architecture.has(Trait.UNWEIGHTED_HEAD_NORMS)) {
        c.rmsNorm(x, s.attention(config.shape(layer)).ones(), config.normEps(), x);
      }
    }
    if (norm != null && after) {
      norm(c, s, x, norm, x);
    }
  }

  private boolean turns(int layer) {
    boolean beside = architecture.has(Trait.ROPE_BESIDE_MIXTURES) && !config.experts().is(layer);
    return beside || (architecture.usesRope(layer, config.window()) && config.rare().turns(layer));
  }

  /** Scales queries by where they stand, if they are. */
  private void heat(Commands c, ActivationBuffers s, Tensor q, int layer) {
    RareFeatures.Temperature temperature = config.rare().temperature();
    if (temperature != null && !(temperature.unturned() && turns(layer))) {
      c.scaleRows(q, Objects.requireNonNull(s.temperature()));
    }
  }

  private void dense(
      Commands c, ActivationBuffers s, Tensor x, FeedForward.Dense w, Context context) {
    ActivationBuffers.Wide b = s.wide(w.up().weight().rows());
    if (w.gate() == null) {
      project(c, x, w.up(), b.gate());
      activate(c, b.gate(), w.xielu());
    } else {
      project(c, x, w.gate(), b.gate());
      project(c, x, w.up(), b.up());
      if (w.deviations() > Float.NEGATIVE_INFINITY) {
        c.sparsify(b.gate(), w.deviations());
      }
      Bounded by = bounded(config.rare().limits().ofDense(context.layer()));
      c.gate(b.gate(), b.up(), by.activation(), by.limit(), b.gate());
    }
    if (w.subNorm() != null) {
      norm(c, s, b.gate(), w.subNorm(), b.gate());
    }
    project(c, b.gate(), w.down(), s.delta());
  }

  private void activate(Commands c, Tensor x, RareFeatures.@Nullable Xielu xielu) {
    if (xielu == null) {
      c.activate(x, architecture.activation());
    } else {
      c.xielu(
          new Command.Xielu(x, xielu.negative(), xielu.positive(), xielu.beta(), xielu.limit()));
    }
  }

  /** An activation and its limit. */
  private record Bounded(Activation activation, float limit) {}

  /**
   * The activation of feed-forward layers.
   *
   * @param limit a layer's own, or 0
   */
  private Bounded bounded(float limit) {
    boolean before = architecture.has(Trait.BOUNDED_BEFORE);
    return limit > 0
        ? new Bounded(before ? Activation.LIMITED_SILU : Activation.SILU_LIMITED, limit)
        : new Bounded(architecture.activation(), config.experts().limit());
  }

  /** Leaves what experts make of what the layer takes, in the mixture's sum. */
  private void aside(Commands c, ActivationBuffers s, FeedForward.Residual w, Context context) {
    ActivationBuffers.Mixture m = Objects.requireNonNull(s.mixture());
    Tensor x = normed(c, s, w.mixtureNorm());
    project(c, x, w.mixture().router(), m.logits());
    c.gather(m.zeros(), new int[s.x().rows()], m.sum());
    experts(c, x, m, w.mixture(), m.sum(), context);
  }

  /** Leaves the sum of what both give, each normed, in {@code s.delta()}. */
  private void beside(
      Commands c, ActivationBuffers s, Tensor x, FeedForward.Beside w, Context context) {
    ActivationBuffers.Mixture m = Objects.requireNonNull(s.mixture());
    dense(c, s, x, w.dense(), context);
    norm(c, s, s.delta(), w.denseAfter(), s.delta());
    norm(c, s, s.x(), w.routerBefore(), s.normed());
    c.scale(s.normed(), 1f / FloatMath.sqrt(config.hidden()));
    project(c, s.normed(), w.mixture().router(), m.logits());
    norm(c, s, s.x(), w.mixtureBefore(), s.normed());
    c.gather(m.zeros(), new int[s.x().rows()], m.sum());
    experts(c, s.normed(), m, w.mixture(), m.sum(), context);
    norm(c, s, m.sum(), w.mixtureAfter(), m.sum());
    c.add(s.delta(), m.sum());
  }

  private static void route(Commands c, ActivationBuffers s, Tensor x, FeedForward w) {
    if (w instanceof FeedForward.Mixture mixture) {
      project(c, x, mixture.router(), Objects.requireNonNull(s.mixture()).logits());
    }
  }

  /** Adds to the residual stream itself, expert by expert, unless the sum is normed. */
  private void mixture(
      Commands c,
      ActivationBuffers s,
      Tensor x,
      FeedForward.Mixture w,
      LayerWeights layer,
      Context context) {
    ActivationBuffers.Mixture m = Objects.requireNonNull(s.mixture());
    if (!architecture.has(Trait.ROUTED_EARLY)) {
      route(c, s, x, w);
    }
    boolean apart = layer.feedForwardPostNorm() != null || s.hyper() != null;
    if (apart || x == s.x()) { // or takes what it would be added to
      scaledShared(c, s, x, w, context);
      experts(c, x, m, w, s.delta(), context);
      boolean both = architecture.has(Trait.DENSE_WITH_EXPERTS) && w.shared() != null;
      scale(c, s.delta(), both ? FloatMath.sqrt(0.5f) : 1f);
      add(c, s, layer.feedForwardPostNorm());
      return;
    }
    if (w.shared() != null) {
      dense(c, s, x, w.shared(), context);
      scale(c, s.delta(), architecture.has(Trait.AVERAGED_EXPERTS) ? 0.5f : 1f);
      if (w.sharedRouter() == null) {
        add(c, s, null);
      } else {
        c.product(x, w.sharedRouter(), m.shared());
        c.addGated(s.x(), s.delta(), m.shared());
      }
    }
    if (w.down() != null && w.up() != null) {
      ActivationBuffers.LatentExperts narrow = Objects.requireNonNull(m.latent());
      project(c, x, w.down(), narrow.in());
      c.gather(narrow.zeros(), new int[x.rows()], narrow.sum());
      experts(c, narrow.in(), m, w, narrow.sum(), context);
      project(c, narrow.sum(), w.up(), s.delta());
      add(c, s, null);
      return;
    }
    // Experts add what they give as it is; the stream is divided by its factor meanwhile.
    scale(c, s.x(), 1f / residual());
    experts(c, x, m, w, s.x(), context);
    scale(c, s.x(), residual());
  }

  /** What experts are added to: what the shared one gives, or zeros. */
  private void scaledShared(
      Commands c, ActivationBuffers s, Tensor x, FeedForward.Mixture w, Context context) {
    if (w.shared() != null) {
      dense(c, s, x, w.shared(), context);
    } else {
      c.scale(s.delta(), 0f);
    }
  }

  private void experts(
      Commands c,
      Tensor x,
      ActivationBuffers.Mixture m,
      FeedForward.Mixture w,
      Tensor out,
      Context context) {
    Routing routing = config.experts().routing();
    Bounded by = bounded(config.rare().limits().ofExperts(context.layer()));
    c.mixture(
        new Command.Experts(
            x,
            m.logits(),
            w.experts(),
            w.vectors(),
            routing,
            by.activation(),
            by.limit(),
            m.buffers(),
            out));
    if (m.adjugates() != null) {
      c.mixture(
          new Command.Experts(
              x,
              m.logits(),
              w.adjugates(),
              ExpertVectors.NONE,
              routing.scaled(config.experts().adjugates().scale()),
              by.activation(),
              by.limit(),
              m.adjugates(),
              out));
    }
  }

  private static void scale(Commands c, Tensor x, float factor) {
    if (factor != 1f) {
      c.scale(x, factor);
    }
  }

  static void project(Commands c, Tensor x, LayerWeights.Projection p, Tensor out) {
    c.product(x, p.weight(), p.factor(), out);
    if (p.bias() != null) {
      c.addBias(out, p.bias());
    }
  }
}
