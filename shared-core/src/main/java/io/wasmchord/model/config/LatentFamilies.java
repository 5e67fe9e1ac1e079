package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.config.Architecture.SlidingWindows;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/** Decoders with latent attention; see {@link Latent}. */
final class LatentFamilies {
  static final List<Architecture> ALL =
      List.of(
          Architecture.of(
              "deepseek2",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.SCORES_BY_YARN,
              Trait.TEMPERATURE,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "mistral4",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.SCORES_BY_YARN,
              Trait.TEMPERATURE,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("minicpm3", NEOX, Trait.LATENT_ATTENTION),
          Architecture.of("plm", INTERLEAVED, Trait.LATENT_ATTENTION, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
          Architecture.of(
              "glm-dsa",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.INDEXED,
              Trait.SCORES_BY_YARN,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_BY_SIGMOID,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
              "deepseek32",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.INDEXED,
              Trait.SCORES_BY_YARN,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of(
                  "dots3note",
                  INTERLEAVED,
                  Trait.LATENT_ATTENTION,
                  Trait.SLIDING_LATENT,
                  Trait.INDEXED,
                  Trait.ATTENTION_GATED,
                  Trait.UNWEIGHTED_SHARED_EXPERT,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
              "hy_v4",
              INTERLEAVED,
              Trait.LATENT_ATTENTION,
              Trait.HYPER_CONNECTIONS,
              Trait.INDEXED,
              Trait.ATTENTION_GATED,
              Trait.GATED_BY_VALUE,
              Trait.BOUNDED_ACTIVATIONS,
              Trait.BOUNDED_BEFORE,
              Trait.UNWEIGHTED_SHARED_EXPERT,
              Trait.EXPERTS_AS_WEIGHTED));

  private LatentFamilies() {}
}
