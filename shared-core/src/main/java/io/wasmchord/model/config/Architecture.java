package io.wasmchord.model.config;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.RopeOrder;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What distinguishes one model from another; all else is shared. {@code
 * docs/adding-an-architecture.md} says how to add one to {@link Architectures}.
 *
 * @param name the file's {@code general.architecture} and the prefix of its keys
 * @param positions how a token's position enters
 * @param activation of the feed-forward layer
 * @param windows which layers have a sliding window
 * @param caps what bounds scores and logits where the file does not say
 * @param traits everything else that is not as in llama
 */
public record Architecture(
    String name,
    Positions positions,
    Activation activation,
    SlidingWindows windows,
    Caps caps,
    Set<Trait> traits) {

  /** How a token's position enters. */
  public enum Positions {
    /** Rope: queries and keys are turned, neighbours together. */
    INTERLEAVED(RopeOrder.INTERLEAVED),
    /** Rope: queries and keys are turned, value i with value i + n/2. */
    NEOX(RopeOrder.NEOX),
    /** A learned row for each position is added to the token's embedding. */
    LEARNED(null),
    /** ALiBi: scores fall with the distance. */
    ALIBI(null),
    /** Not at all: layers that are recurrent know it by what they carry. */
    NONE(null);

    private final @Nullable RopeOrder order;

    Positions(@Nullable RopeOrder order) {
      this.order = order;
    }

    /** Which values are turned together, or null where none are. */
    public @Nullable RopeOrder order() {
      return order;
    }
  }

  /** Differences from llama. */
  public enum Trait {
    /** Layer norms, with biases where the file has them, in place of RMS norms. */
    LAYER_NORM,
    /** Sub-layers take the residual stream as it is. */
    NO_NORM_BEFORE,
    /** What a sub-layer adds is normed first. */
    NORM_AFTER,
    /**
     * Where the file has no norm of what the feed-forward layer takes, that takes what attention
     * takes.
     */
    ONE_NORM_OR_TWO,
    /**
     * The feed-forward layer's norm is of what attention's norm is of, unless the file's {@code
     * use_parallel_residual} is false.
     */
    PARALLEL,
    /** The residual stream is normed after each addition, and so needs no last norm. */
    NORM_OF_SUM,
    /** Where the file has no norm of what the first layer's attention takes, there is none. */
    FIRST_UNNORMED,
    /** Embeddings are normed before the first layer. */
    EMBEDDING_NORM,
    /**
     * Every token attends to every other, or to the nearest on either side; there are no logits.
     */
    ENCODER,
    /** Pooled vectors go through two layers more, where the file has them. */
    DENSE_AFTER_POOLING,
    /**
     * The file may have the head of a classifier or reranker, which takes the first token's state.
     */
    CLASSIFIER,
    /** That head takes the mean of all states, and has GELU. */
    CLASSIFIER_OF_MEAN,
    /**
     * The file may have the head of a reranker that takes the last token's state and divides up
     * what is likely between its outputs, of which the first is a yes.
     */
    YES_OR_NO,
    /** Where the file has no rows of a gate, the feed-forward layer has none. */
    GATED_BY_FILE,
    /** The file may have the matrix of a decoder's logits, which is not used. */
    UNUSED_OUTPUT,
    /** Every head of queries and keys is normed before rope. */
    HEAD_NORMS,
    /** Every head of queries and keys is normed after rope. */
    HEAD_NORMS_AFTER_ROPE,
    /** Where the file has norms of queries and keys, every head has factors of its own. */
    NORM_OF_EACH_HEAD,
    /** Queries and keys are normed as whole rows before rope. */
    ROW_NORMS,
    /** Values are normed head by head, without factors. */
    VALUE_NORMS,
    /**
     * Every layer is given a row of its own of each token, beside the residual stream, where the
     * file has such rows; and what a layer gives may have a factor.
     */
    LAYER_INPUTS,
    /** There are several residual streams, and LAuReL beside attention; see {@link AltUp}. */
    STREAMS,
    /**
     * A sliding window's size is that of chunks; see {@link io.wasmchord.backend.AttentionOptions}.
     */
    CHUNKED,
    /** Heads of queries and keys that are turned are normed then, without factors. */
    UNWEIGHTED_HEAD_NORMS,
    /** Queries of layers without rope are scaled by where they stand, whatever the file says. */
    TEMPERATURE_BESIDE_ROPE,
    /** The expert of every token is as wide as the others, where the file does not say. */
    SHARED_LIKE_OTHERS,
    /** Routers take what attention's norm takes. */
    ROUTED_EARLY,
    /** RMS norms have biases, where the file has them. */
    NORM_BIASES,
    /** A mixture stands beside a feed-forward layer, and what either gives is normed. */
    DENSE_BESIDE_EXPERTS,
    /** Scores of attention are taken as they are. */
    UNSCALED_ATTENTION,
    /** Embeddings are multiplied by the square root of their width. */
    EMBEDDING_BY_WIDTH,
    /** Every fourth layer has no rope (NoPE). */
    EVERY_FOURTH_NOPE,
    /** Layers without a sliding window have no rope (NoPE), where others have a window. */
    NOPE_BESIDE_WINDOWS,
    /** The feed-forward layer is {@code down(activation(up(x)))}. */
    UNGATED,
    /** The file may name another activation in {@code hidden_activation}. */
    ACTIVATION_OF_FILE,
    /**
     * The weights of the experts that a token goes through are not divided by their sum, unless the
     * file says so.
     */
    EXPERTS_AS_WEIGHTED,
    /** Beside its experts every token goes through one more, weighted by a gate of its own. */
    SHARED_EXPERT,
    /** The same, not weighted, where the file gives that expert's width. */
    UNWEIGHTED_SHARED_EXPERT,
    /** Experts are chosen and weighed by the sigmoids of their logits, unless the file says. */
    EXPERTS_BY_SIGMOID,
    /** Experts are weighed by the softmax of the chosen ones' logits, unless the file says. */
    SOFTMAX_OF_CHOSEN,
    /** What experts are given is weighed, by the sigmoid of their logits, not what they give. */
    EXPERTS_WEIGH_INPUT,
    /** What attention adds is multiplied by the file's {@code attention.value_scale}. */
    ATTENTION_SCALED,
    /** What attention gives is multiplied by the sigmoid of a gate of what it takes. */
    ATTENTION_GATED,
    /** Attention is latent; see {@link Latent}. */
    LATENT_ATTENTION,
    /** YaRN scales scores, too; see {@link YarnScale}. */
    SCORES_BY_YARN,
    /** What a mixture gives, its shared expert included, is halved where it has that. */
    AVERAGED_EXPERTS,
    /** Norms are RMS norms where the file has an epsilon of these. */
    NORM_OF_EPSILON,
    /** Layers that are no mixtures have rope in any case. */
    ROPE_BESIDE_MIXTURES,
    /** Layers that have a router are mixtures. */
    MIXTURES_WHERE_ROUTERS,
    /** As {@link #HEAD_NORMS}, where the file has norms of queries and keys. */
    HEAD_NORMS_OF_FILE,
    /** Angles of layers with a sliding window are scaled as those of the others are. */
    SCALED_WINDOWS,
    /**
     * Layers that have no heads of keys are short convolutions along the positions in place of
     * attention.
     */
    SHORT_CONVOLUTIONS,
    /** The last norm has the name that the norm of embeddings has elsewhere. */
    LAST_NORM_AS_EMBEDDING,
    /** The last norm has the name that it has in the encoders of encoder-decoders. */
    LAST_NORM_OF_ENCODER,
    /** The file may say of each layer whether it has rope. */
    ROPE_PATTERN,
    /** Logits are multiplied by {@code logit_scale}, not divided. */
    LOGITS_MULTIPLIED,
    /** Norms have no factors. */
    UNWEIGHTED_NORMS,
    /** What attention gives, and what the feed-forward layer's activation gives, is normed. */
    SUB_NORMS,
    /** The activation is xIELU, with numbers of its own in each layer. */
    XIELU,
    /**
     * Pairs of the fourth section, which text has no positions for, are not turned; and the file
     * may say by which power the base of the rotary frequencies grows.
     */
    FOUR_SECTIONS,
    /** Queries, keys and values are clamped where the file has a bound. */
    CLAMPED,
    /** Where the file has a scale of it, queries far from the start are scaled. */
    TEMPERATURE,
    /** ALiBi is used where the file has its bias. */
    ALIBI_OF_FILE,
    /** Rows of learned positions are added where the file has them. */
    MAYBE_LEARNED,
    /** Where the file has norms of queries and keys, they are of whole rows. */
    MAYBE_ROW_NORMS,
    /** {@code feed_forward_length} counts gate and up together. */
    GATE_AND_UP_COUNTED,
    /** The norms after a sub-layer may have names without {@code .weight}. */
    BARE_NORM_NAMES,
    /**
     * Of every {@code full_attention_interval} layers all but the last, or those that {@code
     * attention.recurrent_layers} names, are gated delta nets.
     */
    DELTA_NET,
    /** Value heads of a delta net take its key heads in turn; otherwise neighbours share one. */
    TILED_KEYS,
    /** Beside each head's queries stand as many gates of what the head gives. */
    GATED_ATTENTION,
    /** Layers that have no heads of keys are those of Mamba 1. */
    MAMBA,
    /** Layers that have no heads of keys are those of Mamba 2. */
    MAMBA2,
    /** Layers that have no heads of keys are PLaMo 2's kind of Mamba. */
    PLAMO2,
    /** Layers are time mix and channel mix of RWKV 6. */
    RWKV6,
    /** Those of RWKV 7. */
    RWKV7,
    /** Every layer is recurrent and has attention, and adds what both give. */
    BESIDE_ATTENTION,
    /** A layer is attention, recurrent, or a feed-forward layer, and nothing more. */
    ONE_SUB_LAYER,
    /** Scores have biases by how far a position is away, in buckets of distances. */
    RELATIVE_BIASES,
    /** An encoder takes the prompt, and a decoder attends to what it gives. */
    ENCODER_DECODER,
    /** Logits are divided by the square root of the embeddings' width. */
    LOGITS_BY_WIDTH,
    /**
     * What attention takes has a second norm, which is not that of what the feed-forward layer
     * takes (Falcon 40B).
     */
    ATTENTION_BY_SECOND_NORM,
    /**
     * A layer may lack attention or the feed-forward layer, or have a single matrix in place of
     * attention.
     */
    SPARSE_LAYERS,
    /**
     * Beside its experts every token goes through a feed-forward layer, where the file has one; the
     * sum is divided by the square root of 2.
     */
    DENSE_WITH_EXPERTS,
    /**
     * Beside a feed-forward layer that is as wide as the residual stream, experts take what the
     * whole layer takes, with a norm of its own.
     */
    EXPERTS_OF_LAYER_INPUT,
    /** As {@link #ATTENTION_GATED}, where the file has such a gate. */
    ATTENTION_GATED_BY_FILE,
    /** That gate is a softplus, not a sigmoid. */
    GATED_BY_SOFTPLUS,
    /** Every value has a gate of its own; elsewhere the tensor tells whether a head's share one. */
    GATED_BY_VALUE,
    /** Layers without a sliding window turn half of the values that others turn. */
    HALF_TURNED,
    /** Layers may bound the activation of experts, and of feed-forward layers. */
    BOUNDED_ACTIVATIONS,
    /** The file has matrices for images, which text does not go through. */
    IMAGE_MATRICES,
    /**
     * An index chooses, where more than {@code attention.indexer.top_k} positions, or blocks of
     * them, came before, to which of them a token attends. Here no context is longer, and so every
     * token attends to all.
     */
    INDEXED,
    /** After time mix follows a feed-forward layer as elsewhere, and heads may not be normed. */
    DENSE_AFTER_TIME_MIX,
    /**
     * Layers that have no heads of keys are Kimi's delta attention: delta nets whose decays are of
     * each value of a key.
     */
    KIMI_DELTA,
    /** What experts take and give may be narrower than the hidden state, and made of that. */
    LATENT_EXPERTS,
    /** Embeddings are normed before the first layer, without factors. */
    UNWEIGHTED_EMBEDDING_NORM,
    /** Norms of what a sub-layer adds have a smaller epsilon, which files do not say. */
    SMALL_EPSILON_AFTER,
    /** Layers with a sliding window have angles of their own, though others have none. */
    ANGLES_OF_WINDOWS,
    /**
     * Heads of queries and keys are normed after rope, without factors; queries have a gain each.
     */
    HEAD_GAINS,
    /** Every layer adds what the first was given once more, times a factor of its own. */
    EMBEDDING_SKIPS,
    /** Bounds of activations hold before them, not after; see {@link Activation#LIMITED_SILU}. */
    BOUNDED_BEFORE,
    /**
     * Of every {@code full_attention_interval} layers all but the last, or those that {@code
     * attention.recurrent_layers} names, are lightning attention.
     */
    LIGHTNING,
    /** What a sub-layer gives is added to what it took, times the residual scale. */
    ADDED_TO_NORMED,
    /** Where the file says so, a token goes through all layers several times. */
    LOOPED,
    /** Two stacks of layers take turns, each with a state of its own. */
    CYCLES,
    /**
     * Heads of queries and keys are normed before rope by layer norms, each with factors and biases
     * of its own, and an epsilon that files do not say.
     */
    HEAD_LAYER_NORMS,
    /**
     * Where the file says so ({@code swin_norm}), what a sub-layer gives is normed, not what it
     * takes, with the norms of those names.
     */
    SWIN_NORMS,
    /** The norms after a sub-layer have the names that norms before it have elsewhere. */
    NORMS_AFTER_AS_BEFORE,
    /**
     * Layers with a sliding window have a latent attention of other sizes; and the part of keys
     * that rope turns is normed before.
     */
    SLIDING_LATENT,
    /** There are several residual streams; see {@link HyperConnections}. */
    HYPER_CONNECTIONS,
    /** Groups of experts have one more, an adjugate; see {@link ModelConfig.Adjugates}. */
    ADJUGATE_EXPERTS
  }

  /**
   * Layers with a sliding window: of every {@code period} layers all but one.
   *
   * @param period 0 where no layer does
   * @param firstAttendsAll whether that one is the first of them, and not the last
   * @param otherwise positions where the file does not say; 0 for all, {@link #REQUIRED} where it
   *     must
   * @param ropeBase their base of rotary frequencies where the file does not say; 0 for that of the
   *     other layers
   */
  public record SlidingWindows(int period, boolean firstAttendsAll, int otherwise, float ropeBase) {
    static final int REQUIRED = -1;
    private static final SlidingWindows NONE = new SlidingWindows(0, 0, 0f);

    SlidingWindows(int period, int otherwise, float ropeBase) {
      this(period, false, otherwise, ropeBase);
    }
  }

  /**
   * Soft caps where the file does not say; 0 for none.
   *
   * @param scores of attention
   * @param logits at the end
   */
  public record Caps(float scores, float logits) {
    private static final Caps NONE = new Caps(0f, 0f);
  }

  static Architecture of(String name, Positions positions, Trait... traits) {
    return new Architecture(
        name, positions, Activation.SILU, SlidingWindows.NONE, Caps.NONE, Set.of(traits));
  }

  Architecture with(Positions other) {
    return new Architecture(name, other, activation, windows, caps, traits);
  }

  Architecture with(Activation other) {
    return new Architecture(name, positions, other, windows, caps, traits);
  }

  Architecture with(SlidingWindows other) {
    return new Architecture(name, positions, activation, other, caps, traits);
  }

  Architecture with(Caps other) {
    return new Architecture(name, positions, activation, windows, other, traits);
  }

  Architecture and(Trait trait) {
    Set<Trait> more = new HashSet<>(traits);
    more.add(trait);
    return new Architecture(name, positions, activation, windows, caps, Set.copyOf(more));
  }

  Architecture without(Trait trait) {
    Set<Trait> others = new HashSet<>(traits);
    others.remove(trait);
    return new Architecture(name, positions, activation, windows, caps, Set.copyOf(others));
  }

  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /** Whether a layer has rope, and is not NoPE. */
  public boolean usesRope(int layer, ModelConfig.SlidingWindow window) {
    boolean withoutWindow = window.size() > 0 && !window.sliding(layer);
    return positions.order() != null
        && !(has(Trait.EVERY_FOURTH_NOPE) && layer % 4 == 3)
        && !(has(Trait.NOPE_BESIDE_WINDOWS) && withoutWindow);
  }

  /** The metadata key of a hyper-parameter, e.g. {@code llama.block_count}. */
  public String key(String suffix) {
    return name + "." + suffix;
  }
}
