package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.DoubleMath;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;
import java.util.stream.IntStream;

/** Reads and checks a model's hyper-parameters. */
public final class ModelConfigs {
  static final int MAX_LAYERS = 1024;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int STREAMED_INPUT = 256; // Gemma 3n's, where a file does not say
  private static final int MAX_FEED_FORWARD = 1 << 24;

  private final Architecture a;
  private final Metadata metadata;
  private final CheckedKeys keys;
  private final String file;
  private final boolean dense; // whether there are layers of pooled vectors
  private final Classifier classifier;

  private ModelConfigs(Architecture a, GgufFile file) {
    this.a = a;
    this.metadata = file.metadata();
    this.file = file.fileName();
    this.keys = new CheckedKeys(a, metadata, this.file);
    this.dense =
        a.has(Trait.DENSE_AFTER_POOLING)
            && (file.tensor(WeightNames.DENSE_WIDE) != null
                || file.tensor(WeightNames.DENSE_BACK) != null
                || metadata.has(a.key("dense_2_feat_out")));
    this.classifier = Classifier.of(file, a);
  }

  public static ModelConfig read(GgufFile file, Architecture a) {
    return new ModelConfigs(a, file).read(file, vocabulary(file));
  }

  private ModelConfig read(GgufFile gguf, int vocabulary) {
    int layers = Loops.layers(a, keys);
    int hidden = keys.positive("embedding_length", MAX_WIDTH);
    ExpertKeys mixtures = new ExpertKeys(a, keys, gguf, layers);
    ModelConfig.Experts experts = mixtures.read();
    List<Boolean> sliding = a.windows().period() == 0 ? List.of() : sliding(layers, a.windows());
    LayerShapes shapes = new LayerShapes(a, keys, layers, hidden, sliding);
    int keyDim = shapes.keyDim();
    int turned = keys.positive("rope.dimension_count", keyDim, keyDim);
    int ropeDim = a.has(Trait.HALF_TURNED) ? turned / 2 : turned;
    keys.require(ropeDim % 2 == 0, "rope.dimension_count " + turned + " is odd");
    float base = ropeBase(keyDim);
    int hiddenOfHead = hidden / shapes.heads();
    Latent latent = Latent.read(a, keys, shapes);
    float scale =
        latent.used()
            ? latentScale(latent)
            : 1f / FloatMath.sqrt(Architectures.scoreWidth(a, layers, hiddenOfHead, keyDim));
    int slidingDim =
        keys.positive(
            "rope.dimension_count_swa",
            shapes.slidingKeyDim(),
            latent.sliding() != null || shapes.slidingKeyDim() == keyDim
                ? turned
                : shapes.slidingKeyDim());
    keys.require(slidingDim % 2 == 0, "rope.dimension_count_swa " + slidingDim + " is odd");
    ModelConfig.SlidingWindow window = window(sliding, slidingDim, base);
    int context = context();
    Recurrence recurrence = Recurrences.read(a, keys, hidden);
    Stacks stacks = Stacks.read(gguf, keys, a, layers, vocabulary);
    List<LayerShape> layerShapes =
        stacks.shapes(keys, shapes.read(mixtures.widths(experts), recurrence));
    AttentionGate gate = AttentionGate.read(a, gguf, layerShapes);
    RareFeatures rare =
        RareFeatures.read(keys, a, gguf, gate, new RareFeatures.Sizes(layers, context));
    keys.require(
        rare.maxAlibiBias() == 0
            || layerShapes.stream().allMatch(s -> s.attention().heads() == shapes.heads()),
        "attention.head_count differs between layers that share their slopes");
    keys.require(
        !a.has(Trait.UNWEIGHTED_HEAD_NORMS)
            || layerShapes.stream()
                .allMatch(s -> s.attention().keyDim() == s.attention().valueDim()),
        "attention.value_length is not attention.key_length");
    return new ModelConfig(
        a.name(),
        layerShapes,
        hidden,
        vocabulary,
        tokens(vocabulary),
        context,
        keys.epsilon(
            a.has(Trait.LAYER_NORM)
                ? "attention.layer_norm_epsilon"
                : "attention.layer_norm_rms_epsilon"),
        ropeDim,
        base,
        scales(layers, hidden, scale),
        caps(),
        window,
        experts,
        latent,
        encoder(),
        pooling(),
        rare,
        dense(hidden),
        recurrence,
        classifier,
        layerInput(),
        stacks);
  }

  private int layerInput() {
    String suffix = "embedding_length_per_layer_input";
    if (a.has(Trait.STREAMS)) {
      return keys.positive(suffix, MAX_WIDTH, STREAMED_INPUT);
    }
    return a.has(Trait.LAYER_INPUTS) ? keys.int32(suffix, 0) : 0;
  }

  /** An index that chooses among positions chooses all, as long as there are not more. */
  private int context() {
    int context = keys.positive("context_length", 1 << 26);
    String most = "attention.indexer.top_k";
    boolean maybe = a.has(Trait.HYPER_CONNECTIONS);
    if (!a.has(Trait.INDEXED) || (maybe && keys.int32(most, 0) == 0)) {
      return context;
    }
    long chosen = keys.positive(most, 1 << 26);
    long block = keys.positive("attention.indexer.block_size", 1 << 26, 1);
    return (int) Math.min(context, chosen * block);
  }

  private float latentScale(Latent latent) {
    double yarn = a.has(Trait.SCORES_BY_YARN) ? YarnScale.read(metadata, a).scores() : 1;
    return (float) (yarn / Math.sqrt(latent.keyDim()));
  }

  private float ropeBase(int keyDim) {
    float base = keys.positive("rope.freq_base", 10000f);
    if (!a.has(Trait.FOUR_SECTIONS) || !keys.has("rope.scaling.alpha") || keyDim <= 2) {
      return base;
    }
    float alpha = keys.positive("rope.scaling.alpha", 1f);
    float grown = base * (float) DoubleMath.pow(alpha, keyDim / (keyDim - 2.0));
    keys.require(grown > 0 && Float.isFinite(grown), "rope.scaling.alpha is " + alpha);
    return grown;
  }

  private int tokens(int vocabulary) {
    if (!(metadata.value("tokenizer.ggml.tokens") instanceof GgufValue.Array spellings)) {
      return vocabulary;
    }
    if (spellings.length() > vocabulary) {
      throw new InvalidModelException(
          file
              + ": tokenizer.ggml.tokens has "
              + spellings.length()
              + " tokens, but "
              + WeightNames.TOKEN_EMBEDDING
              + " only "
              + vocabulary
              + " rows. The file may be converted wrongly: choose another of this model.");
    }
    return spellings.length();
  }

  /** The layers of pooled vectors begin and end as wide as the others. */
  private int dense(int hidden) {
    if (!dense) {
      return 0;
    }
    int width = keys.positive("dense_2_feat_out", MAX_FEED_FORWARD);
    keys.same("dense_2_feat_in", hidden);
    keys.same("dense_3_feat_in", width);
    keys.same("dense_3_feat_out", hidden);
    return width;
  }

  /** What a file says of attention must be what the architecture does. */
  private boolean encoder() {
    boolean encoder = a.has(Trait.ENCODER);
    if (metadata.bool(a.key("attention.causal"), !encoder) == encoder) {
      throw new UnsupportedModelException(
          file
              + ": "
              + a.key("attention.causal")
              + " is "
              + encoder
              + "; this version runs "
              + a.name()
              + (encoder ? " only where tokens see each other" : " as a decoder only")
              + ". Choose another model.");
    }
    return encoder;
  }

  private Pooling pooling() {
    if (classifier.exists() && classifier.alone()) {
      return classifier.pooling();
    }
    if (!keys.has("pooling_type")) {
      return a.has(Trait.ENCODER) || a.has(Trait.ENCODER_DECODER) ? Pooling.MEAN : Pooling.LAST;
    }
    int type = metadata.int32(a.key("pooling_type"));
    return switch (type) {
      case 0 -> Pooling.NONE;
      case 1 -> Pooling.MEAN;
      case 2 -> Pooling.CLS;
      case 3 -> Pooling.LAST;
      default ->
          throw new UnsupportedModelException(
              file
                  + ": "
                  + a.key("pooling_type")
                  + " is "
                  + type
                  + "; this version knows 0 (none), 1 (mean), 2 (cls), 3 (last) and 4 (rank)."
                  + " Choose an embedding model.");
    };
  }

  /** Most files give what logits are divided by. */
  private ModelConfig.Scales scales(int layers, int hidden, float attention) {
    ModelConfig.Scales otherwise = Architectures.scales(a, layers, hidden, attention);
    float logits = keys.positive("logit_scale", otherwise.logits());
    return new ModelConfig.Scales(
        keys.positive("embedding_scale", otherwise.embedding()),
        keys.positive(
            "attention.scale", keys.positive("attention.output_scale", otherwise.attention())),
        keys.positive("residual_scale", otherwise.residual()),
        a.has(Trait.LOGITS_MULTIPLIED) ? logits : 1f / logits);
  }

  private ModelConfig.Caps caps() {
    return new ModelConfig.Caps(
        keys.notNegative("attn_logit_softcapping", a.caps().scores()),
        keys.notNegative("final_logit_softcapping", a.caps().logits()));
  }

  private ModelConfig.SlidingWindow window(List<Boolean> sliding, int ropeDim, float ropeBase) {
    Architecture.SlidingWindows w = a.windows();
    if (w.period() == 0) {
      return ModelConfig.SlidingWindow.NONE;
    }
    String suffix = "attention.sliding_window";
    int size =
        w.otherwise() == Architecture.SlidingWindows.REQUIRED && !keys.has(suffix)
            ? metadata.int32(a.key(suffix)) // says that it is missing
            : keys.int32(suffix, w.otherwise());
    keys.require(size >= 0, "attention.sliding_window is " + size);
    float base = w.ropeBase() == 0f ? ropeBase : w.ropeBase();
    return new ModelConfig.SlidingWindow(
        size, sliding, ropeDim, keys.positive("rope.freq_base_swa", base));
  }

  /** Files give a period, or say of each layer whether it has a sliding window. */
  private List<Boolean> sliding(int layers, Architecture.SlidingWindows w) {
    String suffix = "attention.sliding_window_pattern";
    if (!(metadata.value(a.key(suffix)) instanceof GgufValue.Ints)) {
      int period = keys.positive(suffix, MAX_LAYERS, w.period());
      int all = w.firstAttendsAll() ? 0 : period - 1;
      return IntStream.range(0, layers).mapToObj(layer -> layer % period != all).toList();
    }
    int[] sliding = keys.ofLayers(suffix, layers);
    return IntStream.of(sliding).mapToObj(s -> s != 0).toList();
  }

  private static int vocabulary(GgufFile file) {
    TensorInfo embedding = file.tensor(WeightNames.TOKEN_EMBEDDING);
    if (embedding == null) {
      String lack =
          file.tensors().isEmpty()
              ? " has no tensors, only metadata such as a vocabulary; choose a file with the weights"
              : ": tensor "
                  + WeightNames.TOKEN_EMBEDDING
                  + " is missing; the file holds no whole model";
      throw new InvalidModelException(file.fileName() + lack);
    }
    if (embedding.rows() > 1 << 24) {
      throw new InvalidModelException(
          file.fileName()
              + ": "
              + WeightNames.TOKEN_EMBEDDING
              + " has "
              + embedding.rows()
              + " rows, more than any vocabulary. The file may be converted wrongly.");
    }
    return (int) embedding.rows();
  }
}
