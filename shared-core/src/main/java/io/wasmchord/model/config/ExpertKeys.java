package io.wasmchord.model.config;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Routing;
import io.wasmchord.backend.Routing.Gating;
import io.wasmchord.backend.Routing.Groups;
import io.wasmchord.backend.Routing.Weighs;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads which layers are mixtures of experts, and of what kind. */
final class ExpertKeys {
  private static final int MAX_EXPERTS = 1024;
  private static final int MAX_WIDTH = 1 << 24;
  private static final String WIDTH = "feed_forward_length";
  private static final String EXPERT_WIDTH = "expert_feed_forward_length";
  private static final String SHARED_WIDTH = "expert_shared_feed_forward_length";
  private static final String SHARED_COUNT = "expert_shared_count";
  private static final String LATENT = "moe_latent_size";
  private static final String GATING = "expert_gating_func";
  private static final String GROUP = "experts_per_group";
  private static final String ADJUGATE_WIDTH = "expert_chunk_feed_forward_length";
  private static final float ADJUGATE_SCALE = 0.05f; // its authors', where a file does not say
  private static final float OAI_LIMIT = 7f; // of its activation; files do not say it

  private final Architecture a;
  private final CheckedKeys keys;
  private final GgufFile file;
  private final int layers;

  ExpertKeys(Architecture a, CheckedKeys keys, GgufFile file, int layers) {
    this.a = a;
    this.keys = keys;
    this.file = file;
    this.layers = layers;
  }

  ModelConfig.Experts read() {
    if (keys.int32("expert_count", 0) == 0) {
      return ModelConfig.Experts.NONE;
    }
    int count = keys.positive("expert_count", MAX_EXPERTS);
    int used = keys.positive("expert_used_count", count);
    int width = keys.has(EXPERT_WIDTH) ? keys.positive(EXPERT_WIDTH, MAX_WIDTH) : width(used);
    keys.requireRows("expert_count", count, "rows in an expert", width);
    List<Boolean> mixtures = IntStream.range(0, layers).mapToObj(this::mixture).toList();
    return new ModelConfig.Experts(
        count,
        routing(count, used),
        width,
        mixtures,
        a.activation() == Activation.SWIGLU_OAI ? OAI_LIMIT : 0f,
        a.has(Trait.LATENT_EXPERTS) ? keys.positive(LATENT, MAX_WIDTH, 0) : 0,
        a.has(Trait.ADJUGATE_EXPERTS) ? adjugates(count) : ModelConfig.Adjugates.NONE);
  }

  private ModelConfig.Adjugates adjugates(int count) {
    int group = keys.positive(GROUP, count);
    keys.require(count % group == 0, GROUP + " is " + group + " of " + count + " experts");
    int width =
        keys.has(ADJUGATE_WIDTH)
            ? keys.positive(ADJUGATE_WIDTH, MAX_WIDTH)
            : keys.positive("attention.key_length", MAX_WIDTH); // files of its first converter
    return new ModelConfig.Adjugates(
        group, width, keys.notNegative("expert_group_scale", ADJUGATE_SCALE));
  }

  private int width(int used) {
    int all = keys.positive(WIDTH, MAX_WIDTH);
    return a.has(Trait.SHARED_EXPERT) ? all / used : all;
  }

  private Routing routing(int count, int used) {
    float scale = keys.notNegative("expert_weights_scale", 0f);
    boolean input = a.has(Trait.EXPERTS_WEIGH_INPUT);
    return new Routing(
        used,
        gating(),
        groups(count, used),
        keys.bool("expert_weights_norm", !input && !a.has(Trait.EXPERTS_AS_WEIGHTED)),
        (scale == 0f ? 1f : scale) * (averaged() ? 0.5f : 1f),
        input ? Weighs.INPUT : Weighs.RESULT);
  }

  private boolean averaged() {
    return a.has(Trait.AVERAGED_EXPERTS)
        && IntStream.range(0, layers).anyMatch(layer -> mixture(layer) && shared(layer));
  }

  private Gating gating() {
    int type = keys.int32(GATING, 0);
    return switch (type) {
      case 0 ->
          a.has(Trait.EXPERTS_WEIGH_INPUT)
              ? Gating.SIGMOID_OF_CHOSEN
              : a.has(Trait.EXPERTS_BY_SIGMOID)
                  ? Gating.SIGMOID
                  : a.has(Trait.SOFTMAX_OF_CHOSEN) ? Gating.SOFTMAX_OF_CHOSEN : Gating.SOFTMAX;
      case 1 -> Gating.SOFTMAX;
      case 2 -> Gating.SIGMOID;
      case 3 -> Gating.SOFTMAX_OF_CHOSEN;
      default ->
          throw new UnsupportedModelException(
              file.fileName()
                  + ": "
                  + a.key(GATING)
                  + " is "
                  + type
                  + "; this version knows 1 (softmax), 2 (sigmoid) and 3 (softmax of the chosen)."
                  + " Choose another model.");
    };
  }

  private Groups groups(int count, int used) {
    int groups = keys.int32("expert_group_count", 0);
    if (groups <= 1) {
      return Groups.ONE;
    }
    int chosen = keys.positive("expert_group_used_count", groups);
    keys.require(
        count % groups == 0 && count / groups >= 2 && count / groups * chosen >= used,
        "expert_group_count is "
            + groups
            + " of "
            + count
            + " experts, of which "
            + chosen
            + " are used for "
            + used
            + " experts");
    return new Groups(groups, chosen);
  }

  /** Some first layers may be none, and then all but every so many. */
  private boolean mixture(int layer) {
    if (a.has(Trait.MIXTURES_WHERE_ROUTERS)) {
      return file.tensor(WeightNames.layer(layer, WeightNames.ROUTER + ".weight")) != null;
    }
    int leading = keys.int32("leading_dense_block_count", 0);
    int step = keys.positive("interleave_moe_layer_step", 1 << 20, 1);
    return layer >= leading && (layer + 1) % step == 0;
  }

  /** The widths of the feed-forward layers. */
  int[] widths(ModelConfig.Experts experts) {
    if (experts.count() == 0) {
      boolean some = Recurrences.any(a) || a.has(Trait.SPARSE_LAYERS);
      int least = a.has(Trait.GATE_AND_UP_COUNTED) ? 2 : some ? 0 : 1;
      int[] each = keys.each(WIDTH, layers, least, MAX_WIDTH);
      return a.has(Trait.GATE_AND_UP_COUNTED)
          ? IntStream.of(each).map(both -> both / 2).toArray()
          : each;
    }
    if (a.has(Trait.EXPERTS_OF_LAYER_INPUT)) {
      int[] hidden = new int[layers];
      Arrays.fill(hidden, keys.positive("embedding_length", MAX_WIDTH));
      return hidden;
    }
    boolean dense = experts.layers().contains(false);
    boolean given = dense || keys.has(WIDTH);
    int[] widths = given ? keys.each(WIDTH, layers, 0, MAX_WIDTH) : new int[layers];
    for (int layer = 0; layer < layers; layer++) {
      if (experts.is(layer) && !a.has(Trait.DENSE_BESIDE_EXPERTS)) {
        widths[layer] = shared(layer) ? sharedWidth(experts.width()) : experts.width();
      }
      keys.require(widths[layer] > 0 || Recurrences.any(a), WIDTH + " is 0 for layer " + layer);
    }
    return widths;
  }

  private boolean shared(int layer) {
    return a.has(Trait.SHARED_EXPERT)
        || has(Trait.UNWEIGHTED_SHARED_EXPERT, layer, WeightNames.SHARED_UP)
        || has(Trait.DENSE_WITH_EXPERTS, layer, WeightNames.UP);
  }

  private boolean has(Trait trait, int layer, String tensor) {
    return a.has(trait) && file.tensor(WeightNames.layer(layer, tensor)) != null;
  }

  private int sharedWidth(int expert) {
    if (keys.int32(SHARED_WIDTH, 0) > 0) {
      return keys.positive(SHARED_WIDTH, MAX_WIDTH);
    }
    if (keys.int32(SHARED_COUNT, 0) > 0) {
      return Math.multiplyExact(expert, keys.positive(SHARED_COUNT, 64));
    }
    return a.has(Trait.SHARED_LIKE_OTHERS) ? expert : keys.positive(WIDTH, MAX_WIDTH);
  }
}
