package io.wasmchord.model;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.Architecture.Trait;
import java.util.List;

/** Reads and checks a model's hyper-parameters. */
final class ModelConfigs {
  private static final int MAX_LAYERS = 1024;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_FEED_FORWARD = 1 << 24;
  private static final int MAX_SEEN = 1024; // by a short convolution
  private static final int MAX_EXPERTS = 1024;
  private static final long MAX_ROWS = 1 << 26; // of what heads or experts have together

  private final Architecture a;
  private final Metadata metadata;
  private final String file;
  private final boolean sharedExpert; // whether there is one beside a mixture's others
  private final boolean dense; // whether there are layers of pooled vectors

  private ModelConfigs(Architecture a, GgufFile file) {
    this.a = a;
    this.metadata = file.metadata();
    this.file = file.fileName();
    String shared = WeightNames.layer(0, WeightNames.SHARED_UP);
    this.sharedExpert =
        a.has(Trait.SHARED_EXPERT)
            || (a.has(Trait.UNWEIGHTED_SHARED_EXPERT) && file.tensor(shared) != null);
    this.dense =
        a.has(Trait.DENSE_AFTER_POOLING)
            && (file.tensor(WeightNames.DENSE_WIDE) != null
                || file.tensor(WeightNames.DENSE_BACK) != null
                || metadata.has(a.key("dense_2_feat_out")));
  }

  static ModelConfig read(GgufFile file, Architecture a) {
    return new ModelConfigs(a, file).read(vocabulary(file));
  }

  private ModelConfig read(int vocabulary) {
    int layers = positive("block_count", MAX_LAYERS);
    int hidden = positive("embedding_length", MAX_WIDTH);
    int heads = positive("attention.head_count", MAX_WIDTH);
    KeyHeads keyHeads = keyHeads(layers, heads);
    int kvHeads = keyHeads.heads();
    boolean headsGiven = has("attention.key_length");
    require(
        headsGiven || hidden % heads == 0,
        "embedding_length " + hidden + " does not divide by " + heads);
    require(
        heads % kvHeads == 0, "attention.head_count " + heads + " does not divide by " + kvHeads);
    int keyDim = headsGiven ? positive("attention.key_length", MAX_WIDTH) : hidden / heads;
    int valueDim = positive("attention.value_length", MAX_WIDTH, keyDim);
    requireRows("attention.head_count", heads, "values in a head", Math.max(keyDim, valueDim));
    int ropeDim = positive("rope.dimension_count", keyDim, keyDim);
    require(ropeDim % 2 == 0, "rope.dimension_count " + ropeDim + " is odd");
    float base = positive("rope.freq_base", 10000f);
    ModelConfig.Experts experts = experts();
    float scale = 1f / FloatMath.sqrt(Architectures.scoreWidth(a, layers, hidden / heads, keyDim));
    return new ModelConfig(
        a.name(),
        layers,
        hidden,
        feedForward(experts),
        heads,
        kvHeads,
        keyDim,
        valueDim,
        vocabulary,
        positive("context_length", 1 << 26),
        epsilon(
            a.has(Trait.LAYER_NORM)
                ? "attention.layer_norm_epsilon"
                : "attention.layer_norm_rms_epsilon"),
        ropeDim,
        base,
        scales(layers, hidden, scale),
        caps(),
        window(layers, base),
        convolutions(keyHeads),
        experts,
        encoder(),
        pooling(),
        dense(hidden));
  }

  /** The layers of pooled vectors begin and end as wide as the others. */
  private int dense(int hidden) {
    if (!dense) {
      return 0;
    }
    int width = positive("dense_2_feat_out", MAX_FEED_FORWARD);
    same("dense_2_feat_in", hidden);
    same("dense_3_feat_in", width);
    same("dense_3_feat_out", hidden);
    return width;
  }

  private void same(String suffix, int expected) {
    int value = metadata.int32(a.key(suffix), expected);
    require(value == expected, suffix + " is " + value + ", not " + expected);
  }

  /** Only where layers may be something else than attention do files say it of each layer. */
  private KeyHeads keyHeads(int layers, int heads) {
    String suffix = "attention.head_count_kv";
    if (a.has(Trait.SHORT_CONVOLUTIONS)
        && metadata.value(a.key(suffix)) instanceof GgufValue.Ints) {
      return KeyHeads.of(metadata.ints(a.key(suffix)), layers, heads, file + ": " + a.key(suffix));
    }
    return new KeyHeads(positive(suffix, heads, heads), List.of());
  }

  private ModelConfig.Convolutions convolutions(KeyHeads heads) {
    if (!heads.none().contains(true)) {
      return ModelConfig.Convolutions.NONE;
    }
    return new ModelConfig.Convolutions(positive("shortconv.l_cache", MAX_SEEN), heads.none());
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
    if (!has("pooling_type")) {
      return a.has(Trait.ENCODER) ? Pooling.MEAN : Pooling.LAST;
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
                  + (type == 4 ? ", a reranker's" : "")
                  + "; this version knows 0 (none), 1 (mean), 2 (cls) and 3 (last)."
                  + " Choose an embedding model.");
    };
  }

  /** Where all that a token goes through are experts there is no other width than theirs. */
  private int feedForward(ModelConfig.Experts experts) {
    int width = positive("feed_forward_length", MAX_FEED_FORWARD);
    if (experts.count() == 0) {
      return width;
    }
    return sharedExpert
        ? positive("expert_shared_feed_forward_length", MAX_FEED_FORWARD, width)
        : experts.width();
  }

  private ModelConfig.Experts experts() {
    if (metadata.int32(a.key("expert_count"), 0) == 0) {
      return ModelConfig.Experts.NONE;
    }
    if (a.has(Trait.ENCODER)) {
      throw new UnsupportedModelException(
          file + ": " + a.key("expert_count") + " is set; an encoder with mixtures cannot be run");
    }
    int count = positive("expert_count", MAX_EXPERTS);
    int used = positive("expert_used_count", count);
    int all = positive("feed_forward_length", MAX_FEED_FORWARD);
    int each = a.has(Trait.SHARED_EXPERT) ? all / used : all;
    int width = positive("expert_feed_forward_length", MAX_FEED_FORWARD, each);
    requireRows("expert_count", count, "rows in an expert", width);
    return new ModelConfig.Experts(count, used, width);
  }

  /** Most files give what logits are divided by. */
  private ModelConfig.Scales scales(int layers, int hidden, float attention) {
    ModelConfig.Scales otherwise = Architectures.scales(a, layers, hidden, attention);
    float logits = positive("logit_scale", otherwise.logits());
    return new ModelConfig.Scales(
        positive("embedding_scale", otherwise.embedding()),
        positive("attention.scale", otherwise.attention()),
        positive("residual_scale", otherwise.residual()),
        a.has(Trait.LOGITS_MULTIPLIED) ? logits : 1f / logits);
  }

  private ModelConfig.Caps caps() {
    return new ModelConfig.Caps(
        notNegative("attn_logit_softcapping", a.caps().scores()),
        notNegative("final_logit_softcapping", a.caps().logits()));
  }

  private ModelConfig.Window window(int layers, float ropeBase) {
    Architecture.Windows w = a.windows();
    if (w.period() == 0) {
      return ModelConfig.Window.NONE;
    }
    String key = a.key("attention.sliding_window");
    int size =
        w.otherwise() == Architecture.Windows.REQUIRED
            ? metadata.int32(key)
            : metadata.int32(key, w.otherwise());
    require(size >= 0, "attention.sliding_window is " + size);
    float base = w.ropeBase() == 0f ? ropeBase : w.ropeBase();
    int period = period(layers, w.period());
    return new ModelConfig.Window(
        size, period, w.firstSeesAll() ? 0 : period - 1, positive("rope.freq_base_swa", base));
  }

  /** Files give it, or say of each layer whether it sees only the nearest. */
  private int period(int layers, int otherwise) {
    String suffix = "attention.sliding_window_pattern";
    if (!(metadata.value(a.key(suffix)) instanceof GgufValue.Ints)) {
      return positive(suffix, MAX_LAYERS, otherwise);
    }
    int[] local = metadata.ints(a.key(suffix));
    require(local.length == layers, suffix + " has " + local.length + " entries, not " + layers);
    int from = a.windows().firstSeesAll() ? 1 : 0;
    int period = 1;
    while (from + period <= layers && local[from + period - 1] != 0) {
      period++;
    }
    int all = from == 1 ? 0 : period - 1;
    for (int layer = 0; layer < layers; layer++) {
      if (local[layer] != 0 != (layer % period != all)) {
        throw new UnsupportedModelException(
            file
                + ": "
                + a.key(suffix)
                + " does not repeat itself: layer "
                + layer
                + " is not what it would be in a period of "
                + period
                + "; this version runs patterns that do. Choose another model.");
      }
    }
    return period;
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

  private boolean has(String suffix) {
    return metadata.has(a.key(suffix));
  }

  private int positive(String suffix, int max) {
    int value = metadata.int32(a.key(suffix));
    require(value > 0 && value <= max, suffix + " is " + value + ", not within 1.." + max);
    return value;
  }

  private int positive(String suffix, int max, int otherwise) {
    return has(suffix) ? positive(suffix, max) : otherwise;
  }

  private float positive(String suffix, float otherwise) {
    float value = metadata.float32(a.key(suffix), otherwise);
    require(value > 0 && value < Float.POSITIVE_INFINITY, suffix + " is " + value);
    return value;
  }

  private float notNegative(String suffix, float otherwise) {
    float value = metadata.float32(a.key(suffix), otherwise);
    require(value >= 0 && value < Float.POSITIVE_INFINITY, suffix + " is " + value);
    return value;
  }

  private float epsilon(String suffix) {
    float value = metadata.float32(a.key(suffix));
    require(value >= 0 && value < 1, suffix + " is " + value);
    return value;
  }

  private void requireRows(String suffix, int count, String what, int each) {
    require(
        (long) count * each <= MAX_ROWS,
        suffix + " is " + count + " with " + each + " " + what + ", beyond " + MAX_ROWS);
  }

  private void require(boolean ok, String message) {
    if (!ok) {
      throw new InvalidModelException(
          file
              + ": "
              + a.key("")
              + message
              + ". The file may be converted wrongly: choose another of this model.");
    }
  }
}
