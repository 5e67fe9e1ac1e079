package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.config.Architecture.Caps;
import io.wasmchord.model.config.Architecture.SlidingWindows;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/** Decoders whose layers are mixtures of experts. */
final class MixtureFamilies {
  static final List<Architecture> ALL =
      List.of(
          Architecture.of("qwen2moe", NEOX, Trait.SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("qwen3moe", NEOX, Trait.HEAD_NORMS),
          Architecture.of("granitemoe", INTERLEAVED, Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of("olmoe", NEOX, Trait.ROW_NORMS, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "glm4moe",
              NEOX,
              Trait.HEAD_NORMS_OF_FILE,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_BY_SIGMOID,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("ernie4_5-moe", INTERLEAVED, Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of(
              "hunyuan-moe", NEOX, Trait.HEAD_NORMS_AFTER_ROPE, Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of(
              "bailingmoe", INTERLEAVED, Trait.UNWEIGHTED_SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "bailingmoe2",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "dots1",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
                  "exaone-moe",
                  NEOX,
                  Trait.HEAD_NORMS,
                  Trait.NOPE_BESIDE_WINDOWS,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of("minimax-m2", NEOX, Trait.ROW_NORMS),
          Architecture.of(
                  "afmoe",
                  NEOX,
                  Trait.EMBEDDING_BY_WIDTH,
                  Trait.HEAD_NORMS,
                  Trait.NORM_AFTER,
                  Trait.EVERY_FOURTH_NOPE,
                  Trait.SCALED_WINDOWS,
                  Trait.ATTENTION_GATED,
                  Trait.GATED_BY_VALUE,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, 0, 0f)),
          Architecture.of(
                  "cohere2moe",
                  INTERLEAVED,
                  Trait.LAYER_NORM,
                  Trait.NORM_OF_EPSILON,
                  Trait.ONE_NORM_OR_TWO,
                  Trait.LOGITS_MULTIPLIED,
                  Trait.NOPE_BESIDE_WINDOWS,
                  Trait.ROPE_BESIDE_MIXTURES,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.AVERAGED_EXPERTS,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, true, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "mimo2",
                  NEOX,
                  Trait.MIXTURES_WHERE_ROUTERS,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.ATTENTION_SCALED)
              .with(new SlidingWindows(2, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "gpt-oss",
                  NEOX,
                  Trait.SOFTMAX_OF_CHOSEN,
                  Trait.EXPERTS_AS_WEIGHTED,
                  Trait.SCALED_WINDOWS)
              .with(Activation.SWIGLU_OAI)
              .with(new SlidingWindows(2, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
              "deepseek", INTERLEAVED, Trait.UNWEIGHTED_SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("qwen3vlmoe", NEOX, Trait.HEAD_NORMS),
          Architecture.of(
                  "llama4",
                  INTERLEAVED,
                  Trait.NOPE_BESIDE_WINDOWS,
                  Trait.CHUNKED,
                  Trait.UNWEIGHTED_HEAD_NORMS,
                  Trait.TEMPERATURE_BESIDE_ROPE,
                  Trait.EXPERTS_WEIGH_INPUT,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.SHARED_LIKE_OTHERS)
              .with(new SlidingWindows(4, 8192, 0f)),
          Architecture.of("smallthinker", NEOX, Trait.NOPE_BESIDE_WINDOWS, Trait.ROUTED_EARLY)
              .with(Activation.RELU)
              .with(new SlidingWindows(4, true, 0, 0f)),
          Architecture.of("phimoe", NEOX, Trait.NORM_BIASES),
          Architecture.of(
              "hy_v3",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.MIXTURES_WHERE_ROUTERS,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_BY_SIGMOID,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "deepseek2-ocr", NEOX, Trait.UNWEIGHTED_SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
                  "step35",
                  NEOX,
                  Trait.HEAD_NORMS_OF_FILE,
                  Trait.ATTENTION_GATED_BY_FILE,
                  Trait.HALF_TURNED,
                  Trait.BOUNDED_ACTIVATIONS,
                  Trait.MIXTURES_WHERE_ROUTERS,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "laguna",
                  NEOX,
                  Trait.HEAD_NORMS,
                  Trait.ATTENTION_GATED,
                  Trait.GATED_BY_SOFTPLUS,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, true, 0, 0f)),
          Architecture.of("mellum", NEOX, Trait.HEAD_NORMS).with(new SlidingWindows(4, 0, 0f)),
          Architecture.of(
                  "grok", NEOX, Trait.NORM_AFTER, Trait.LOGITS_MULTIPLIED, Trait.DENSE_WITH_EXPERTS)
              .with(Activation.GELU)
              .with(new Caps(30f, 0f)),
          Architecture.of("dbrx", NEOX, Trait.LAYER_NORM, Trait.CLAMPED),
          Architecture.of("arctic", INTERLEAVED, Trait.EXPERTS_OF_LAYER_INPUT),
          Architecture.of("grovemoe", NEOX, Trait.HEAD_NORMS, Trait.ADJUGATE_EXPERTS),
          Architecture.of(
                  "minimax-m3",
                  NEOX,
                  Trait.HEAD_NORMS,
                  Trait.INDEXED,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(Activation.SWIGLU_OAI),
          Architecture.of(
                  "maple",
                  NEOX,
                  Trait.HEAD_NORMS,
                  Trait.NOPE_BESIDE_WINDOWS,
                  Trait.BOUNDED_ACTIVATIONS,
                  Trait.BOUNDED_BEFORE)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)));

  private MixtureFamilies() {}
}
