package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.config.Architecture.Positions;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/** Decoders with layers that are recurrent, or short convolutions. */
final class RecurrentFamilies {
  static final List<Architecture> ALL =
      List.of(
          Architecture.of(
              "lfm2",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.SHORT_CONVOLUTIONS,
              Trait.LAST_NORM_AS_EMBEDDING),
          Architecture.of(
              "qwen35",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.GATED_ATTENTION,
              Trait.DELTA_NET,
              Trait.TILED_KEYS),
          Architecture.of(
              "qwen35moe",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.GATED_ATTENTION,
              Trait.DELTA_NET,
              Trait.TILED_KEYS,
              Trait.SHARED_EXPERT),
          Architecture.of(
              "qwen3next",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.GATED_ATTENTION,
              Trait.DELTA_NET,
              Trait.SHARED_EXPERT),
          Architecture.of("mamba", Positions.NONE, Trait.MAMBA),
          Architecture.of("plamo2", NEOX, Trait.PLAMO2, Trait.NORM_OF_EACH_HEAD, Trait.NORM_AFTER),
          Architecture.of(
              "rwkv6", Positions.NONE, Trait.RWKV6, Trait.LAYER_NORM, Trait.EMBEDDING_NORM),
          Architecture.of(
              "rwkv7", Positions.NONE, Trait.RWKV7, Trait.LAYER_NORM, Trait.EMBEDDING_NORM),
          Architecture.of("mamba2", Positions.NONE, Trait.MAMBA2),
          Architecture.of(
              "jamba",
              Positions.NONE,
              Trait.MAMBA,
              Trait.MIXTURES_WHERE_ROUTERS,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
                  "nemotron_h_moe",
                  Positions.NONE,
                  Trait.MAMBA2,
                  Trait.ONE_SUB_LAYER,
                  Trait.UNGATED,
                  Trait.MIXTURES_WHERE_ROUTERS,
                  Trait.EXPERTS_BY_SIGMOID,
                  Trait.LATENT_EXPERTS,
                  Trait.UNWEIGHTED_SHARED_EXPERT)
              .with(Activation.RELU_SQUARED),
          Architecture.of(
              "granitehybrid", INTERLEAVED, Trait.MAMBA2, Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of("falcon-h1", NEOX, Trait.MAMBA2, Trait.BESIDE_ATTENTION),
          Architecture.of(
                  "nemotron_h", Positions.NONE, Trait.MAMBA2, Trait.ONE_SUB_LAYER, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
          Architecture.of(
              "lfm2moe",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.SHORT_CONVOLUTIONS,
              Trait.LAST_NORM_AS_EMBEDDING,
              Trait.EXPERTS_BY_SIGMOID),
          Architecture.of("minimax-01", NEOX, Trait.LIGHTNING, Trait.ADDED_TO_NORMED),
          Architecture.of("rwkv6qwen2", Positions.NONE, Trait.RWKV6, Trait.DENSE_AFTER_TIME_MIX),
          Architecture.of("arwkv7", Positions.NONE, Trait.RWKV7, Trait.DENSE_AFTER_TIME_MIX),
          Architecture.of(
              "kimi-linear",
              Positions.NONE,
              Trait.LATENT_ATTENTION,
              Trait.KIMI_DELTA,
              Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of(
              "bailingmoe3",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.KIMI_DELTA,
              Trait.ATTENTION_GATED,
              Trait.BOUNDED_ACTIVATIONS,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED));

  private RecurrentFamilies() {}
}
