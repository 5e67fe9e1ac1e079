package io.wasmchord.model;

import static io.wasmchord.model.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.Architecture.Positions.LEARNED;
import static io.wasmchord.model.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.Architecture.Caps;
import io.wasmchord.model.Architecture.Trait;
import io.wasmchord.model.Architecture.Windows;
import java.util.List;
import java.util.stream.Collectors;

/** The architectures that this version runs, as differences from llama. */
final class Architectures {
  /** All of them, in the order in which messages name them. */
  static final List<Architecture> KNOWN =
      List.of(
          Architecture.of("llama", INTERLEAVED),
          Architecture.of("qwen2", NEOX),
          Architecture.of("qwen2moe", NEOX, Trait.SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("qwen3", NEOX, Trait.HEAD_NORMS),
          Architecture.of("qwen3moe", NEOX, Trait.HEAD_NORMS),
          Architecture.of("phi3", NEOX),
          Architecture.of("smollm3", INTERLEAVED, Trait.EVERY_FOURTH_UNTURNED),
          Architecture.of("granite", INTERLEAVED),
          Architecture.of("olmo2", NEOX, Trait.NO_NORM_BEFORE, Trait.NORM_AFTER, Trait.ROW_NORMS)
              .with(new Windows(4, 0, 0f)),
          Architecture.of("stablelm", NEOX, Trait.LAYER_NORM),
          Architecture.of("starcoder2", NEOX, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of("gpt2", LEARNED, Trait.LAYER_NORM, Trait.UNGATED).with(Activation.GELU),
          Architecture.of("gemma", NEOX, Trait.EMBEDDING_BY_WIDTH).with(Activation.GELU),
          Architecture.of("gemma2", NEOX, Trait.EMBEDDING_BY_WIDTH, Trait.NORM_AFTER)
              .with(Activation.GELU)
              .with(new Windows(2, 4096, 0f))
              .with(new Caps(50f, 30f)),
          Architecture.of(
                  "gemma3", NEOX, Trait.EMBEDDING_BY_WIDTH, Trait.NORM_AFTER, Trait.HEAD_NORMS)
              .with(Activation.GELU)
              .with(new Windows(6, 0, 10000f)),
          Architecture.of(
                  "bert",
                  LEARNED,
                  Trait.ENCODER,
                  Trait.EMBEDDING_NORM,
                  Trait.LAYER_NORM,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_OF_SUM,
                  Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of(
              "nomic-bert",
              NEOX,
              Trait.ENCODER,
              Trait.EMBEDDING_NORM,
              Trait.LAYER_NORM,
              Trait.NO_NORM_BEFORE,
              Trait.NORM_OF_SUM));

  private Architectures() {}

  /**
   * Scores are divided by the square root of this. The largest Gemma models, known by their layers,
   * take hidden / heads instead of the size of a head.
   */
  static int scoreWidth(Architecture a, int layers, int hiddenOfHead, int keyDim) {
    int largest =
        switch (a.name()) {
          case "gemma2" -> 46;
          case "gemma3" -> 62;
          default -> 0;
        };
    return layers == largest ? hiddenOfHead : keyDim;
  }

  /**
   * The architecture called {@code name}.
   *
   * @throws UnsupportedModelException when there is none, with the names of all
   */
  static Architecture byName(String name, String file) {
    for (Architecture a : KNOWN) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    throw new UnsupportedModelException(
        file
            + ": general.architecture is '"
            + name
            + "', which this version cannot run; it runs "
            + KNOWN.stream().map(Architecture::name).collect(Collectors.joining(", "))
            + ". Choose a model of one of these.");
  }
}
