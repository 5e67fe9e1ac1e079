package io.wasmchord.model.config;

import io.wasmchord.backend.Routing;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.math.FloatMath;
import java.util.List;

/**
 * The hyper-parameters of a transformer, read from a GGUF file's metadata.
 *
 * @param architecture the file's {@code general.architecture}
 * @param shapes the transformer blocks, in order
 * @param hidden width of the residual stream
 * @param vocabulary rows of the embedding, and logits of a token
 * @param tokens ids below this are tokens of the file's tokenizer, where it has one. Files may have
 *     further rows, as padding; their logits are computed, but no such id may be chosen
 * @param contextLength positions that the model was trained for
 * @param normEps epsilon of the norms
 * @param ropeDim values of a head that are rotated, in layers without a sliding window
 * @param ropeBase base of the rotary frequencies
 * @param scales constant factors
 * @param caps soft caps
 * @param window which layers have a sliding window: they attend only to the nearest positions
 * @param experts the mixtures in place of feed-forward layers, if there are any
 * @param latent latent attention, if it is
 * @param encoder whether every token attends to every other; such a model gives vectors, not logits
 * @param pooling what the file says of {@link Pooling}; otherwise the mean of an encoder, the last
 *     token of a decoder
 * @param rare what few models have
 * @param layerInput width of what each layer is given of each token beside the residual stream; 0
 *     where there is nothing
 * @param dense width between the two layers that pooled vectors go through; 0 where there are none
 * @param recurrence what recurrent layers are, where there are any
 * @param classifier the head of a classifier or reranker, if there is one
 * @param stacks the layers of an encoder and of the decoder after it, if they are
 */
public record ModelConfig(
    String architecture,
    List<LayerShape> shapes,
    int hidden,
    int vocabulary,
    int tokens,
    int contextLength,
    float normEps,
    int ropeDim,
    float ropeBase,
    Scales scales,
    Caps caps,
    SlidingWindow window,
    Experts experts,
    Latent latent,
    boolean encoder,
    Pooling pooling,
    RareFeatures rare,
    int dense,
    Recurrence recurrence,
    Classifier classifier,
    int layerInput,
    Stacks stacks) {

  public ModelConfig {
    shapes = List.copyOf(shapes);
  }

  /** Transformer blocks. */
  public int layers() {
    return shapes.size();
  }

  /** What a layer has of its own. */
  public LayerShape shape(int layer) {
    return shapes.get(layer);
  }

  /** The latent attention of a layer. */
  public Latent latent(int layer) {
    return window.sliding(layer) && latent.sliding() != null ? latent.sliding() : latent;
  }

  /** The factor of a layer's scores. */
  public float scoreScale(int layer) {
    Latent own = latent(layer);
    return own.equals(latent) ? scales.attention() : 1f / FloatMath.sqrt(own.keyDim());
  }

  /** Whether a layer has a state that cannot go back. */
  public boolean recurrent() {
    return shapes.stream().anyMatch(shape -> shape.state() > 0);
  }

  /**
   * How many layers, from {@code layer} on, must share a memory: later ones may attend to keys and
   * values of those before them, and tokens may come back.
   */
  public int together(int layer) {
    if (rare.loops().exist()) {
      return layers() - layer;
    }
    int end = layer + 1;
    for (int later = layer + 1; later < layers(); later++) {
      end = shape(later).keysOf() < end ? later + 1 : end;
    }
    return end - layer;
  }

  /** Layers whose keys and values are kept: an encoder needs them only while it is in a layer. */
  public int cachedLayers() {
    return encoder ? 1 : rare.loops().slots(layers());
  }

  /** How many positions a token attends to in a layer, the token's own included; 0 for all. */
  public int attends(int layer) {
    int convolution = shape(layer).convolution();
    return convolution > 0 ? convolution : window.of(layer);
  }

  /**
   * The most positions that a token attends to in a layer that does not attend to all; 0 where all
   * do.
   */
  public int longestWindow() {
    int convolution = shapes.stream().mapToInt(LayerShape::convolution).max().orElse(0);
    return Math.max(convolution, window.size());
  }

  /**
   * Constant factors; 1 where there is none.
   *
   * @param embedding of token embeddings
   * @param attention of attention scores
   * @param residual of what a sub-layer adds
   * @param logits of the logits
   */
  public record Scales(float embedding, float attention, float residual, float logits) {}

  /**
   * Soft caps; 0 where there is none.
   *
   * @param scores of attention
   * @param logits at the end
   */
  public record Caps(float scores, float logits) {
    public static final Caps NONE = new Caps(0f, 0f);
  }

  /**
   * Layers with a sliding window: their tokens attend to the nearest {@code size} positions, their
   * own included, and an encoder's to half of them on either side.
   *
   * @param size 0 where no layer has one
   * @param layers whether each layer has one
   * @param ropeDim values of their heads that are rotated
   * @param ropeBase base of their rotary frequencies
   */
  public record SlidingWindow(int size, List<Boolean> layers, int ropeDim, float ropeBase) {
    public static final SlidingWindow NONE = new SlidingWindow(0, List.of(), 0, 0f);

    public SlidingWindow {
      layers = List.copyOf(layers);
    }

    /** Whether a layer has a sliding window. */
    public boolean sliding(int layer) {
      return size > 0 && layers.get(layer);
    }

    /** How many positions a token attends to in a layer; 0 for all. */
    public int of(int layer) {
      return sliding(layer) ? size : 0;
    }
  }

  /**
   * Mixtures of experts.
   *
   * @param count experts of a layer; 0 where no layer is a mixture
   * @param routing how a token chooses among them
   * @param width of an expert's feed-forward layer
   * @param layers whether each layer is a mixture
   * @param limit of the activation, where it has one; 0 otherwise
   * @param latent values that experts take and give, where those are made of the hidden state; 0
   *     where they take and give that
   * @param adjugates what groups of experts have besides
   */
  public record Experts(
      int count,
      Routing routing,
      int width,
      List<Boolean> layers,
      float limit,
      int latent,
      Adjugates adjugates) {
    public static final Experts NONE =
        new Experts(0, Routing.softmax(1, true), 0, List.of(), 0f, 0, Adjugates.NONE);

    public Experts {
      layers = List.copyOf(layers);
    }

    /** How many values an expert takes, where the hidden state has so many. */
    public int in(int hidden) {
      return latent > 0 ? latent : hidden;
    }

    /** How many experts a token goes through. */
    public int used() {
      return routing.used();
    }

    /** Whether a layer is a mixture. */
    public boolean is(int layer) {
      return count > 0 && layers.get(layer);
    }
  }

  /**
   * Experts of groups (https://arxiv.org/abs/2508.07785): a token that goes through an expert goes
   * through the adjugate of its group, too, with the expert's weight times a factor.
   *
   * @param group neighbouring experts that share one; 0 where there are none
   * @param width of an adjugate's feed-forward layer
   * @param scale the factor
   */
  public record Adjugates(int group, int width, float scale) {
    public static final Adjugates NONE = new Adjugates(0, 0, 1f);

    /** Whether groups have one. */
    public boolean exist() {
      return group > 0;
    }
  }

  /**
   * Lets models pass that generate text.
   *
   * @throws EmbeddingOnlyException for the others
   */
  public void requireDecoder() {
    if (encoder) {
      throw new EmbeddingOnlyException(architecture);
    }
  }
}
