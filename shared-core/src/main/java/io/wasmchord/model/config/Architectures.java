package io.wasmchord.model.config;

import static io.wasmchord.model.config.Architecture.Positions.ALIBI;
import static io.wasmchord.model.config.Architecture.Positions.INTERLEAVED;
import static io.wasmchord.model.config.Architecture.Positions.LEARNED;
import static io.wasmchord.model.config.Architecture.Positions.NEOX;

import io.wasmchord.backend.Activation;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.FloatMath;
import io.wasmchord.model.config.Architecture.Caps;
import io.wasmchord.model.config.Architecture.Positions;
import io.wasmchord.model.config.Architecture.SlidingWindows;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The architectures that this version runs, as differences from llama. */
public final class Architectures {
  /** All of them, in the order in which messages name them. */
  public static final List<Architecture> KNOWN =
      List.of(
          Architecture.of("llama", INTERLEAVED),
          Architecture.of("qwen2", NEOX),
          Architecture.of("qwen2moe", NEOX, Trait.SHARED_EXPERT, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("qwen3", NEOX, Trait.HEAD_NORMS, Trait.YES_OR_NO),
          Architecture.of("qwen3moe", NEOX, Trait.HEAD_NORMS),
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
          Architecture.of("granitemoe", INTERLEAVED, Trait.UNWEIGHTED_SHARED_EXPERT),
          Architecture.of("olmoe", NEOX, Trait.ROW_NORMS, Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("internlm2", INTERLEAVED),
          Architecture.of("minicpm", INTERLEAVED),
          Architecture.of("hunyuan-dense", NEOX, Trait.HEAD_NORMS_AFTER_ROPE),
          Architecture.of("seed_oss", NEOX),
          Architecture.of("ernie4_5", INTERLEAVED),
          Architecture.of("arcee", INTERLEAVED, Trait.UNGATED).with(Activation.RELU_SQUARED),
          Architecture.of("nemotron", NEOX, Trait.LAYER_NORM, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
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
          Architecture.of(
              "lfm2moe",
              NEOX,
              Trait.HEAD_NORMS,
              Trait.SHORT_CONVOLUTIONS,
              Trait.LAST_NORM_AS_EMBEDDING,
              Trait.EXPERTS_BY_SIGMOID),
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
          Architecture.of("minicpm3", NEOX, Trait.LATENT_ATTENTION),
          Architecture.of("plm", INTERLEAVED, Trait.LATENT_ATTENTION, Trait.UNGATED)
              .with(Activation.RELU_SQUARED),
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
          Architecture.of("deci", INTERLEAVED, Trait.SPARSE_LAYERS),
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
          Architecture.of("spark2_5", NEOX, Trait.ATTENTION_GATED)
              .with(Activation.GELU)
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
          Architecture.of(
                  "grok", NEOX, Trait.NORM_AFTER, Trait.LOGITS_MULTIPLIED, Trait.DENSE_WITH_EXPERTS)
              .with(Activation.GELU)
              .with(new Caps(30f, 0f)),
          Architecture.of("dbrx", NEOX, Trait.LAYER_NORM, Trait.CLAMPED),
          Architecture.of("arctic", INTERLEAVED, Trait.EXPERTS_OF_LAYER_INPUT),
          Architecture.of("cogvlm", NEOX, Trait.IMAGE_MATRICES),
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
              Trait.EXPERTS_AS_WEIGHTED),
          Architecture.of("chameleon", INTERLEAVED, Trait.HEAD_LAYER_NORMS, Trait.SWIN_NORMS),
          Architecture.of("grovemoe", NEOX, Trait.HEAD_NORMS, Trait.ADJUGATE_EXPERTS),
          Architecture.of("minimax-01", NEOX, Trait.LIGHTNING, Trait.ADDED_TO_NORMED),
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
              .with(new SlidingWindows(4, SlidingWindows.REQUIRED, 0f)),
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
              Trait.LOGITS_MULTIPLIED),
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
              Trait.EXPERTS_AS_WEIGHTED),
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
