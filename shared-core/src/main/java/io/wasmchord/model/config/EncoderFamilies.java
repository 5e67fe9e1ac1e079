package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.ALIBI;
import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.LEARNED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.config.Architecture.Positions;
import io.wasmchord.model.config.Architecture.SlidingWindows;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/** Encoders, and what has one. */
final class EncoderFamilies {
  static final List<Architecture> ALL =
      List.of(
          Architecture.of(
                  "bert",
                  LEARNED,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_OF_SUM,
                  Trait.UNGATED,
                  Trait.CLASSIFIER)
              .with(Activation.GELU_ERF),
          Architecture.of(
              "nomic-bert",
              NEOX,
              Trait.ENCODER,
              Trait.EMBEDDING_NORM,
              Trait.LAYER_NORM,
              Trait.NO_NORM_BEFORE,
              Trait.NORM_OF_SUM),
          Architecture.of(
                  "nomic-bert-moe",
                  NEOX,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_OF_SUM,
                  Trait.UNGATED,
                  Trait.MIXTURES_WHERE_ROUTERS,
                  Trait.EXPERTS_AS_WEIGHTED)
              .with(Activation.GELU_ERF),
          Architecture.of(
                  "jina-bert-v2",
                  ALIBI,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_OF_SUM,
                  Trait.MAYBE_ROW_NORMS,
                  Trait.GATED_BY_FILE,
                  Trait.CLASSIFIER)
              .with(Activation.GELU_ERF),
          Architecture.of(
                  "jina-bert-v3",
                  NEOX,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_OF_SUM,
                  Trait.UNGATED)
              .with(Activation.GELU_ERF),
          Architecture.of("eurobert", NEOX, Trait.ENCODER),
          Architecture.of(
              "neo-bert", INTERLEAVED, Trait.ENCODER, Trait.LAST_NORM_OF_ENCODER, Trait.CLASSIFIER),
          Architecture.of("llama-embed", INTERLEAVED, Trait.ENCODER, Trait.UNUSED_OUTPUT),
          Architecture.of(
                  "modern-bert",
                  NEOX,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.FIRST_UNNORMED,
                  Trait.ACTIVATION_OF_FILE,
                  Trait.CLASSIFIER,
                  Trait.CLASSIFIER_OF_MEAN)
              .with(Activation.GELU_ERF)
              .with(new SlidingWindows(3, true, 0, 10000f)),
          Architecture.of(
                  "gemma-embedding",
                  NEOX,
                  Trait.ENCODER,
                  Trait.EMBEDDING_BY_WIDTH,
                  Trait.NORM_AFTER,
                  Trait.HEAD_NORMS,
                  Trait.DENSE_AFTER_POOLING)
              .with(Activation.GELU)
              .with(new SlidingWindows(6, SlidingWindows.REQUIRED, 10000f)),
          Architecture.of(
                  "t5",
                  Positions.NONE,
                  Trait.ENCODER_DECODER,
                  Trait.RELATIVE_BIASES,
                  Trait.UNSCALED_ATTENTION)
              .with(Activation.GELU),
          Architecture.of(
                  "t5encoder",
                  Positions.NONE,
                  Trait.ENCODER,
                  Trait.RELATIVE_BIASES,
                  Trait.UNSCALED_ATTENTION,
                  Trait.LAST_NORM_OF_ENCODER,
                  Trait.UNUSED_OUTPUT)
              .with(Activation.GELU));

  private EncoderFamilies() {}
}
