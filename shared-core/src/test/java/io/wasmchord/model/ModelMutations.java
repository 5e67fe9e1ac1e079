package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Changes to a model's metadata and tensor descriptions that a damaged or hostile file could have.
 */
final class ModelMutations {
  private static final long[] INTEGERS = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    12,
    16,
    24,
    32,
    64,
    256,
    1023,
    1024,
    1025,
    4096,
    4097,
    65535,
    65536,
    65537,
    1 << 20,
    (1 << 20) + 1,
    1 << 24,
    1 << 26,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    -1,
    -2,
    -1024,
    Integer.MIN_VALUE,
    Long.MIN_VALUE
  };
  private static final double[] REALS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    2,
    1e-6,
    1e-30,
    1e-45,
    1e30,
    -1e30,
    3.4e38,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final List<String> TEXTS =
      List.of("", "none", "linear", "yarn", "longrope", "silu", "x");

  /** Keys that some architectures read, without their prefix. */
  private static final List<String> SUFFIXES =
      List.of(
          "block_count",
          "context_length",
          "embedding_length",
          "feed_forward_length",
          "attention.head_count",
          "attention.head_count_kv",
          "attention.key_length",
          "attention.value_length",
          "attention.causal",
          "attention.scale",
          "attention.sliding_window",
          "attention.sliding_window_pattern",
          "attention.layer_norm_epsilon",
          "attention.layer_norm_rms_epsilon",
          "rope.dimension_count",
          "rope.dimension_sections",
          "rope.freq_base",
          "rope.freq_base_swa",
          "rope.scale_linear",
          "rope.scaling.type",
          "rope.scaling.factor",
          "rope.scaling.attn_factor",
          "rope.scaling.original_context_length",
          "rope.scaling.yarn_ext_factor",
          "rope.scaling.yarn_beta_fast",
          "rope.scaling.yarn_beta_slow",
          "embedding_scale",
          "residual_scale",
          "logit_scale",
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "pooling_type",
          "use_parallel_residual",
          "expert_count",
          "expert_used_count",
          "expert_feed_forward_length",
          "expert_shared_feed_forward_length",
          "hidden_activation",
          "dense_2_feat_out",
          "dense_3_feat_in",
          "shortconv.l_cache");

  private static final List<String> TENSORS =
      List.of(
          "output.bias",
          "dense_2.weight",
          "dense_3.weight",
          "rope_freqs.weight",
          "rope_factors_long.weight",
          "rope_factors_short.weight",
          "blk.0.attn_qkv.weight",
          "blk.0.ffn_gate.weight",
          "blk.0.attn_q.bias",
          "blk.1.attn_q_norm.weight",
          "blk.1.shortconv.conv.weight",
          "position_embd.weight",
          "extra");

  private final TinyModel model;
  private final Random random;
  private final String prefix;

  private ModelMutations(TinyModel model, Random random) {
    this.model = model;
    this.random = random;
    this.prefix = ((GgufValue.Text) model.value("general.architecture")).value() + ".";
  }

  /** The model with one to three changes. */
  static TinyModel of(TinyModel model, Random random) {
    ModelMutations mutations = new ModelMutations(model.copy(random), random);
    for (int n = Math.max(1, random.nextInt(6) - 2); n > 0; n--) {
      mutations.change();
    }
    return mutations.model;
  }

  private void change() {
    switch (random.nextInt(12)) {
      case 0 -> model.keys().remove(key());
      case 1 -> model.meta(key(), value());
      case 2, 3, 4 -> {
        String key = key();
        model.meta(key, like(model.value(key)));
      }
      case 5, 6, 7 -> model.meta(prefix + pick(SUFFIXES), value());
      case 8 -> model.without(pick(model.names()));
      case 9 -> model.random(pick(TENSORS), 0, 1, 1 + random.nextInt(8), 1 + random.nextInt(4));
      default -> redescribe(pick(model.names()));
    }
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String key() {
    List<String> own = model.keys().stream().filter(k -> k.startsWith(prefix)).toList();
    return own.isEmpty() ? prefix + pick(SUFFIXES) : pick(own);
  }

  /** Another value of the same type, where it has one. */
  private GgufValue like(GgufValue value) {
    return switch (value) {
      case GgufValue.Int v -> integer();
      case GgufValue.Real v -> real();
      case GgufValue.Bool v -> new GgufValue.Bool(!v.value());
      case GgufValue.Ints v -> entries(v.values().clone());
      case GgufValue.Text v -> new GgufValue.Text(pick(TEXTS));
      case null, default -> value();
    };
  }

  private GgufValue integer() {
    GgufType type = random.nextBoolean() ? GgufType.INT64 : GgufType.UINT32;
    long value = INTEGERS[random.nextInt(INTEGERS.length)];
    return new GgufValue.Int(type, random.nextInt(4) == 0 ? random.nextInt(100) : value);
  }

  private GgufValue entries(long[] values) {
    if (values.length > 0) {
      values[random.nextInt(values.length)] = random.nextInt(8) - 2;
    }
    return new GgufValue.Ints(GgufType.INT32, values);
  }

  private GgufValue real() {
    return new GgufValue.Real(GgufType.FLOAT32, REALS[random.nextInt(REALS.length)]);
  }

  private GgufValue value() {
    return switch (random.nextInt(9)) {
      case 0 -> new GgufValue.Bool(random.nextBoolean());
      case 1 -> new GgufValue.Text(pick(TEXTS));
      case 2 -> {
        long[] bools = random.longs(random.nextInt(5), 0, 2).toArray();
        yield new GgufValue.Ints(GgufType.BOOL, bools);
      }
      case 3 -> new GgufValue.Ints(GgufType.INT32, new long[random.nextInt(5)]);
      case 4, 5 -> real();
      default -> integer();
    };
  }

  private void redescribe(String name) {
    List<Long> shape = new ArrayList<>(model.shape(name));
    TensorType type = TensorType.F32;
    switch (random.nextInt(5)) {
      case 0 -> Collections.reverse(shape);
      case 1 -> type = TensorType.values()[random.nextInt(TensorType.values().length)];
      case 2 -> {
        long dimension = INTEGERS[random.nextInt(INTEGERS.length)];
        shape.set(random.nextInt(shape.size()), dimension);
      }
      case 3 -> shape.add(1L + random.nextInt(2));
      default -> {
        model.random(name, Double.NaN, 0, shape.stream().mapToLong(n -> n).toArray());
        return;
      }
    }
    model.describe(name, type, shape);
  }
}
