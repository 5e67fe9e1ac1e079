package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.ALIBI;
import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.LEARNED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.model.config.Architecture.Caps;
import io.wasmchord.model.config.Architecture.SlidingWindows;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.List;

/** Decoders whose layers are attention and one feed-forward layer, or may be mixtures too. */
final class DenseFamilies {
  static final List<Architecture> ALL =
      List.of(
          Architecture.of("llama", INTERLEAVED),
          Architecture.of("qwen2", NEOX),
          Architecture.of("qwen3", NEOX, Trait.HEAD_NORMS, Trait.YES_OR_NO),
          Architecture.of("phi3", NEOX),
          Architecture.of("smollm3", INTERLEAVED, Trait.EVERY_FOURTH_NOPE),
          Architecture.of("granite", INTERLEAVED),
          Architecture.of("olmo2", NEOX, Trait.NO_NORM_BEFORE, Trait.NORM_AFTER, Trait.ROW_NORMS)
              .with(new SlidingWindows(4, 0, 0f)),
          Architecture.of(
              "stablelm", NEOX, Trait.LAYER_NORM, Trait.ONE_NORM_OR_TWO, Trait.NORM_OF_EACH_HEAD),
          Architecture.of("starcoder2", NEOX, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of("gpt2", LEARNED, Trait.LAYER_NORM, Trait.UNGATED).with(Activation.GELU),
          Architecture.of("gemma", NEOX, Trait.EMBEDDING_BY_WIDTH).with(Activation.GELU),
          Architecture.of("gemma2", NEOX, Trait.EMBEDDING_BY_WIDTH, Trait.NORM_AFTER)
              .with(Activation.GELU)
              .with(new SlidingWindows(2, 4096, 0f))
              .with(new Caps(50f, 30f)),
          Architecture.of(
                  "gemma3", NEOX, Trait.EMBEDDING_BY_WIDTH, Trait.NORM_AFTER, Trait.HEAD_NORMS)
              .with(Activation.GELU)
              .with(new SlidingWindows(6, 0, 10000f)),
          Architecture.of(
                  "gemma4",
                  NEOX,
                  Trait.EMBEDDING_BY_WIDTH,
                  Trait.NORM_AFTER,
                  Trait.HEAD_NORMS,
                  Trait.VALUE_NORMS,
                  Trait.LAYER_INPUTS,
                  Trait.UNSCALED_ATTENTION,
                  Trait.DENSE_BESIDE_EXPERTS,
                  Trait.MIXTURES_WHERE_ROUTERS)
              .with(Activation.GELU)
              .with(new SlidingWindows(6, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "gemma3n",
                  NEOX,
                  Trait.EMBEDDING_BY_WIDTH,
                  Trait.NORM_AFTER,
                  Trait.HEAD_NORMS,
                  Trait.VALUE_NORMS,
                  Trait.LAYER_INPUTS,
                  Trait.UNSCALED_ATTENTION,
                  Trait.STREAMS)
              .with(Activation.GELU)
              .with(new SlidingWindows(5, SlidingWindows.REQUIRED, 10000f))
              .with(new Caps(0f, 30f)),
          Architecture.of("qwen2vl", NEOX),
          Architecture.of("qwen3vl", NEOX, Trait.HEAD_NORMS, Trait.YES_OR_NO),
          Architecture.of(
              "command-r",
              INTERLEAVED,
              Trait.LAYER_NORM,
              Trait.ONE_NORM_OR_TWO,
              Trait.NORM_OF_EACH_HEAD,
              Trait.LOGITS_MULTIPLIED),
          Architecture.of(
                  "cohere2",
                  INTERLEAVED,
                  Trait.LAYER_NORM,
                  Trait.ONE_NORM_OR_TWO,
                  Trait.LOGITS_MULTIPLIED,
                  Trait.NOPE_BESIDE_WINDOWS)
              .with(new SlidingWindows(4, 4096, 0f)),
          Architecture.of("phi2", NEOX, Trait.LAYER_NORM, Trait.ONE_NORM_OR_TWO, Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of("falcon", NEOX, Trait.LAYER_NORM, Trait.ONE_NORM_OR_TWO, Trait.UNGATED)
              .with(Activation.GELU_ERF),
          Architecture.of("gptneox", NEOX, Trait.LAYER_NORM, Trait.PARALLEL, Trait.UNGATED)
              .with(Activation.GELU_ERF),
          Architecture.of("starcoder", LEARNED, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of("exaone", NEOX),
          Architecture.of(
                  "exaone4",
                  NEOX,
                  Trait.NO_NORM_BEFORE,
                  Trait.NORM_AFTER,
                  Trait.HEAD_NORMS,
                  Trait.NOPE_BESIDE_WINDOWS)
              .with(new SlidingWindows(4, 0, 0f)),
          Architecture.of("glm4", INTERLEAVED, Trait.NORM_AFTER),
          Architecture.of("internlm2", INTERLEAVED),
          Architecture.of("minicpm", INTERLEAVED),
          Architecture.of("hunyuan-dense", NEOX, Trait.HEAD_NORMS_AFTER_ROPE),
          Architecture.of("seed_oss", NEOX),
          Architecture.of("ernie4_5", INTERLEAVED),
          Architecture.of("arcee", INTERLEAVED, Trait.UNGATED).with(Activation.RELU_SQUARED),
          Architecture.of("nemotron", NEOX, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
          Architecture.of("mistral3", INTERLEAVED, Trait.TEMPERATURE),
          Architecture.of(
              "olmo", INTERLEAVED, Trait.LAYER_NORM, Trait.UNWEIGHTED_NORMS, Trait.CLAMPED),
          Architecture.of("apertus", NEOX, Trait.HEAD_NORMS, Trait.UNGATED, Trait.XIELU),
          Architecture.of("bitnet", NEOX, Trait.SUB_NORMS),
          Architecture.of("baichuan", INTERLEAVED),
          Architecture.of("chatglm", INTERLEAVED),
          Architecture.of("qwen", NEOX, Trait.GATE_AND_UP_COUNTED),
          Architecture.of("granite_swa", INTERLEAVED, Trait.ROPE_PATTERN)
              .with(new SlidingWindows(2, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "mpt",
                  ALIBI,
                  Trait.LAYER_NORM,
                  Trait.UNGATED,
                  Trait.CLAMPED,
                  Trait.ALIBI_OF_FILE,
                  Trait.MAYBE_LEARNED)
              .with(Activation.GELU),
          Architecture.of("bloom", ALIBI, Trait.LAYER_NORM, Trait.EMBEDDING_NORM, Trait.UNGATED)
              .with(Activation.GELU),
          Architecture.of("jais", ALIBI, Trait.LAYER_NORM, Trait.ALIBI_OF_FILE),
          Architecture.of("jais2", NEOX, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
          Architecture.of("refact", ALIBI),
          Architecture.of("codeshell", NEOX, Trait.LAYER_NORM, Trait.UNGATED).with(Activation.GELU),
          Architecture.of("orion", NEOX, Trait.LAYER_NORM),
          Architecture.of("xverse", INTERLEAVED),
          Architecture.of("plamo", NEOX, Trait.ONE_NORM_OR_TWO),
          Architecture.of("plamo3", NEOX, Trait.NORM_AFTER, Trait.HEAD_NORMS, Trait.BARE_NORM_NAMES)
              .with(new SlidingWindows(8, 0, 0f)),
          Architecture.of("openelm", NEOX, Trait.HEAD_NORMS),
          Architecture.of("nanbeige", INTERLEAVED, Trait.LOOPED),
          Architecture.of(
              "hrm_text",
              NEOX,
              Trait.UNWEIGHTED_NORMS,
              Trait.ATTENTION_GATED,
              Trait.GATED_BY_VALUE,
              Trait.CYCLES),
          Architecture.of("maincoder", INTERLEAVED, Trait.HEAD_NORMS_AFTER_ROPE),
          Architecture.of("pangu-embedded", NEOX),
          Architecture.of("hunyuan_vl", NEOX, Trait.HEAD_NORMS_AFTER_ROPE, Trait.FOUR_SECTIONS),
          Architecture.of("paddleocr", NEOX),
          Architecture.of("deci", INTERLEAVED, Trait.SPARSE_LAYERS),
          Architecture.of("spark2_5", NEOX, Trait.ATTENTION_GATED)
              .with(Activation.GELU)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of("cogvlm", NEOX, Trait.IMAGE_MATRICES),
          Architecture.of("chameleon", INTERLEAVED, Trait.HEAD_LAYER_NORMS, Trait.SWIN_NORMS),
          Architecture.of(
                  "muse-glimmer",
                  INTERLEAVED,
                  Trait.UNWEIGHTED_EMBEDDING_NORM,
                  Trait.NORM_AFTER,
                  Trait.SMALL_EPSILON_AFTER,
                  Trait.HEAD_NORMS,
                  Trait.ATTENTION_GATED,
                  Trait.GATED_BY_VALUE,
                  Trait.NOPE_BESIDE_WINDOWS,
                  Trait.ANGLES_OF_WINDOWS,
                  Trait.LOGITS_MULTIPLIED)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
              "talkie",
              NEOX,
              Trait.UNWEIGHTED_NORMS,
              Trait.UNWEIGHTED_EMBEDDING_NORM,
              Trait.HEAD_GAINS,
              Trait.EMBEDDING_SKIPS,
              Trait.LOGITS_MULTIPLIED));

  private DenseFamilies() {}
}
