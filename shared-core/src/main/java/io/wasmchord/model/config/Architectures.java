package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.ALIBI;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.Architecture.Positions;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The architectures that this version runs, as differences from llama. */
public final class Architectures {
  /** All of them, in the order in which messages name them. */
  public static final List<Architecture> KNOWN =
      Stream.of(
              DenseFamilies.ALL,
              MixtureFamilies.ALL,
              LatentFamilies.ALL,
              RecurrentFamilies.ALL,
              EncoderFamilies.ALL)
          .flatMap(List::stream)
          .toList();

  private static final String SECTIONS = "rope.dimension_sections";
  private static final String ACTIVATION = "hidden_activation";
  private static final String ROPE_SWITCH = "rope.scaling.finetuned";
  private static final int GPT_NEOX_20B = 44; // layers
  private static final int BAICHUAN_13B = 40; // layers; smaller ones have rope
  private static final String SECOND_NORM = WeightNames.layer(0, "attn_norm_2.weight");
  private static final int MAVERICK = 128; // experts of Llama 4's larger model
  private static final String WINDOW = "attention.sliding_window";

  private static final String DIFFUSION = "a diffusion model, whose tokens do not come in order";
  private static final String SPEECH = "a model of speech";
  private static final String DRAFT = "a draft of another model, which it cannot do without";

  /** What models are that are known by name and are no decoders or encoders of text. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("dream", DIFFUSION),
          Map.entry("llada", DIFFUSION),
          Map.entry("llada-moe", DIFFUSION),
          Map.entry("rnd1", DIFFUSION),
          Map.entry("wavtokenizer-dec", SPEECH),
          Map.entry("pockettts", SPEECH),
          Map.entry("qwen3tts", SPEECH),
          Map.entry("clip", "the part of a model that sees images"),
          Map.entry("eagle3", DRAFT),
          Map.entry("dflash", DRAFT),
          Map.entry("gemma4-assistant", DRAFT));

  private Architectures() {}

  /**
   * Scores are divided by the square root of this. The largest Gemma models, known by their layers,
   * take hidden / heads instead of the size of a head.
   */
  static int scoreWidth(Architecture a, int layers, int hiddenOfHead, int keyDim) {
    if (a.has(Trait.UNSCALED_ATTENTION)) {
      return 1;
    }
    int largest =
        switch (a.name()) {
          case "gemma2" -> 46;
          case "gemma3" -> 62;
          default -> 0;
        };
    return a.name().equals("jais")
        ? keyDim * keyDim // scores are divided by the size itself
        : layers == largest ? hiddenOfHead : keyDim;
  }

  /**
   * Factors where the file does not say, that of logits as their divisor. MiniCPM's first files do
   * not say; https://arxiv.org/abs/2404.06395 does. Grok's factor of logits multiplies.
   */
  static ModelConfig.Scales scales(Architecture a, int layers, int hidden, float attention) {
    if (a.name().equals("minicpm") || a.name().equals("minicpm3")) {
      return new ModelConfig.Scales(12f, attention, 1.4f / FloatMath.sqrt(layers), hidden / 256f);
    }
    if (a.name().equals("grok")) { // as its first files, which do not say, have them
      return new ModelConfig.Scales(78.38367f, 0.088388346f, 1f, 0.57735026f);
    }
    float embedding = a.has(Trait.EMBEDDING_BY_WIDTH) ? FloatMath.sqrt(hidden) : 1f;
    float logits = a.has(Trait.LOGITS_BY_WIDTH) ? FloatMath.sqrt(hidden) : 1f;
    return new ModelConfig.Scales(embedding, attention, 1f, logits);
  }

  /**
   * The architecture of a file.
   *
   * @throws UnsupportedModelException when it is not known, with the names of all
   */
  public static Architecture of(GgufFile file) {
    Metadata metadata = file.metadata();
    if (AdapterFile.is(file)) {
      throw new UnsupportedModelException(
          file.fileName()
              + " is a LoRA adapter, no model. Load the model that it was made for ("
              + metadata.string("general.architecture", "not named")
              + "), and the adapter into it (--lora, loadAdapter).");
    }
    Architecture a = byName(metadata.string("general.architecture"), file.fileName());
    if (!knowsSections(metadata, a)) {
      throw unknown(file, a, SECTIONS, "a model that takes text only");
    }
    if (a.has(Trait.SHORT_CONVOLUTIONS) && metadata.int32(a.key(WINDOW), 0) != 0) {
      throw unknown(file, a, WINDOW, "one whose attention sees everything");
    }
    if (a.name().equals("gptneox") && metadata.int32(a.key("block_count"), 0) == GPT_NEOX_20B) {
      a = a.with(Activation.GELU); // its authors' gelu_fast; all others have the one with erf
    }
    if (a.name().equals("granitehybrid") && !metadata.bool(a.key(ROPE_SWITCH), true)) {
      a = a.with(Positions.NONE);
    }
    if (a.has(Trait.GATED_BY_FILE) && !gated(file, a)) {
      a = a.and(Trait.UNGATED);
    }
    if (a.has(Trait.RELATIVE_BIASES) && file.tensor("enc.blk.0.ffn_gate.weight") == null) {
      a = a.with(Activation.RELU).and(Trait.UNGATED);
    }
    if (a.has(Trait.ENCODER_DECODER) && file.tensor(WeightNames.OUTPUT) == null) {
      a = a.and(Trait.LOGITS_BY_WIDTH); // as its authors do; llama.cpp leaves it out
    }
    if (seesAhead(metadata, a)) {
      a = a.and(Trait.ENCODER).and(Trait.UNUSED_OUTPUT);
    }
    if (a.has(Trait.SWIN_NORMS) && metadata.bool(a.key("swin_norm"), false)) {
      a = a.and(Trait.NO_NORM_BEFORE).and(Trait.NORM_AFTER).and(Trait.NORMS_AFTER_AS_BEFORE);
    }
    if (a.has(Trait.NORM_OF_EPSILON) && metadata.has(a.key("attention.layer_norm_rms_epsilon"))) {
      a = a.without(Trait.LAYER_NORM);
    }
    if (a.name().equals("baichuan") && metadata.int32(a.key("block_count"), 0) == BAICHUAN_13B) {
      a = a.with(ALIBI);
    }
    if (a.name().equals("falcon") && file.tensor(SECOND_NORM) != null) { // 40B and 180B
      a = a.without(Trait.ONE_NORM_OR_TWO).and(Trait.PARALLEL).and(Trait.ATTENTION_BY_SECOND_NORM);
    }
    if (a.name().equals("llama4") && metadata.int32(a.key("expert_count"), 0) == MAVERICK) {
      a = a.without(Trait.UNWEIGHTED_HEAD_NORMS);
    }
    boolean parallel = metadata.bool(a.key("use_parallel_residual"), true);
    Architecture as = parallel ? a : a.without(Trait.PARALLEL);
    return a.has(Trait.ACTIVATION_OF_FILE) && metadata.has(a.key(ACTIVATION))
        ? as.with(activation(metadata.string(a.key(ACTIVATION)), a, file.fileName()))
        : as;
  }

  /** Whether a file, which need not be a model's, is of one whose prompts go through an encoder. */
  public static boolean encodesPrompts(GgufFile file) {
    String name = file.metadata().string("general.architecture", "");
    return KNOWN.stream().anyMatch(a -> a.name().equals(name) && a.has(Trait.ENCODER_DECODER));
  }

  /** Whether the first feed-forward layer has a gate, of its own or as rows of the other matrix. */
  private static boolean gated(GgufFile file, Architecture a) {
    TensorInfo up = file.tensor(WeightNames.layer(0, "ffn_up.weight"));
    return file.tensor(WeightNames.layer(0, "ffn_gate.weight")) != null
        || up == null
        || up.rows() != file.metadata().int32(a.key("feed_forward_length"), 0);
  }

  /** Whether the file has a decoder's tokens attend to all others, which makes it an encoder. */
  private static boolean seesAhead(Metadata metadata, Architecture a) {
    return !metadata.bool(a.key("attention.causal"), true)
        && a.windows().period() == 0
        && !a.has(Trait.TEMPERATURE)
        && !a.has(Trait.SHORT_CONVOLUTIONS);
  }

  private static Activation activation(String name, Architecture a, String file) {
    return switch (name) {
      case "gelu", "geglu" -> Activation.GELU_ERF;
      case "gelu_pytorch_tanh", "gelu_new", "gelu_fast" -> Activation.GELU;
      case "silu", "swish", "swiglu" -> Activation.SILU;
      default ->
          throw new UnsupportedModelException(
              file
                  + ": "
                  + a.key(ACTIVATION)
                  + " is '"
                  + name
                  + "'; this version knows gelu and silu. Choose another model.");
    };
  }

  private static UnsupportedModelException unknown(
      GgufFile file, Architecture a, String suffix, String other) {
    return new UnsupportedModelException(
        file.fileName()
            + ": "
            + a.key(suffix)
            + " is set, in a way that this version does not know for "
            + a.name()
            + ". Choose "
            + other
            + ".");
  }

  /**
   * Pairs may be divided into those that turn by time, height, width and a fourth number. Of text
   * the first three are the position, so that all pairs turn as ever; the fourth is zero.
   */
  private static boolean knowsSections(Metadata metadata, Architecture a) {
    if (!metadata.has(a.key(SECTIONS))) {
      return true;
    }
    int[] sections = metadata.ints(a.key(SECTIONS));
    if (a.has(Trait.FOUR_SECTIONS)) {
      return sections.length == 4
          && Arrays.stream(sections).allMatch(n -> n >= 0 && n < 1 << 16)
          && sections[0] > 0;
    }
    return a.positions() == NEOX && (sections.length < 4 || sections[3] == 0);
  }

  /**
   * The architecture called {@code name}.
   *
   * @throws UnsupportedModelException when there is none, with the names of all
   */
  private static Architecture byName(String name, String file) {
    for (Architecture a : KNOWN) {
      if (a.name().equals(name)) {
        return a;
      }
    }
    String kind = KINDS.get(name);
    throw new UnsupportedModelException(
        file
            + ": general.architecture is '"
            + name
            + "', "
            + (kind == null ? "" : kind + ", ")
            + "which this version cannot run; it runs "
            + KNOWN.stream().map(Architecture::name).collect(Collectors.joining(", "))
            + ". Choose a model of one of these.");
  }
}
