package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that belong to no layer, but the embedding of tokens, whose rows may stay in the
 * file. What an architecture lacks is null.
 *
 * @param type [1, hidden], a row that is added to each token's
 * @param positions [positions, hidden], a row that is added to each token's
 * @param inputNorm of the sum
 * @param lastNorm of the residual stream after the layers; null where it is normed already
 * @param output [vocabulary, hidden]; null where the model has no logits
 * @param dense of pooled vectors
 * @param classifier of pooled states
 * @param layerInputs what makes the layers' own rows of the residual stream
 * @param encoderNorm of what an encoder gives the decoder after it
 * @param streams what makes several residual streams
 * @param joined what takes a hidden state beside each token
 * @param low [1, hidden], the low state that stacks that take turns begin with
 */
public record OutsideWeights(
    @Nullable Tensor type,
    @Nullable Tensor positions,
    LayerWeights.@Nullable Norm inputNorm,
    LayerWeights.@Nullable Norm lastNorm,
    LayerWeights.@Nullable Projection output,
    @Nullable Dense dense,
    @Nullable ClassifierWeights classifier,
    LayerInput.@Nullable Projected layerInputs,
    LayerWeights.@Nullable Norm encoderNorm,
    AltUpWeights.@Nullable Outside streams,
    HyperWeights.@Nullable Factors hyper,
    @Nullable Joined joined,
    @Nullable Tensor low) {

  /**
   * What makes one row of a token's embedding and of a hidden state beside it.
   *
   * @param embedding its norm
   * @param hidden its norm
   * @param both [hidden, 2 * hidden], of the embedding and then the state
   */
  public record Joined(
      LayerWeights.Norm embedding, LayerWeights.Norm hidden, LayerWeights.Projection both) {
    private static @Nullable Joined bind(WeightBinder binder, Architecture a, ModelConfig c) {
      if (!binder.has(WeightNames.NEXT_PROJECTION)) {
        return null;
      }
      return new Joined(
          LayerWeights.Norm.bind(binder, a, WeightNames.NEXT_EMBEDDING_NORM, c.hidden()),
          LayerWeights.Norm.bind(binder, a, WeightNames.NEXT_HIDDEN_NORM, c.hidden()),
          new LayerWeights.Projection(
              binder.matrix(WeightNames.NEXT_PROJECTION, c.hidden(), 2 * c.hidden()), null));
    }
  }

  /**
   * What pooled vectors go through: {@code back(wide(x))}.
   *
   * @param wide [width, hidden]
   * @param back [hidden, width]
   */
  public record Dense(Tensor wide, Tensor back) {}

  /** Asks the binder for all of them. */
  public static OutsideWeights bind(WeightBinder binder, Architecture a, ModelConfig c) {
    return new OutsideWeights(
        type(binder, a, c),
        positions(binder, a, c),
        inputNorm(binder, a, c),
        a.has(Trait.NORM_OF_SUM)
            ? null
            : LayerWeights.Norm.bind(binder, a, lastNorm(binder, a), c.hidden()),
        a.has(Trait.ENCODER) ? null : output(binder, c),
        dense(binder, c),
        ClassifierWeights.bind(binder, a, c),
        LayerInput.Projected.bind(binder, a, c),
        c.stacks().decodes()
            ? LayerWeights.Norm.bind(binder, a, WeightNames.ENCODER_NORM, c.hidden())
            : null,
        AltUpWeights.Outside.bind(binder, c),
        HyperWeights.bindLast(binder, c),
        Joined.bind(binder, a, c),
        c.rare().loops().cycle() ? binder.vector(WeightNames.LOW_STATE, c.hidden()) : null);
  }

  /** The embedding of tokens, [vocabulary, hidden]. */
  public static Tensor embedding(WeightBinder binder, ModelConfig c) {
    return binder.matrix(WeightNames.TOKEN_EMBEDDING, c.vocabulary(), c.hidden());
  }

  /**
   * The embedding of tokens where another matrix makes the logits, so that rows of it are looked up
   * and nothing else; otherwise null. An encoder's counts as used otherwise: a text looks up
   * hundreds of rows at once.
   */
  public static @Nullable TensorInfo lookedUp(GgufFile file) {
    return tied(file) ? null : file.tensor(WeightNames.TOKEN_EMBEDDING);
  }

  /** Whether the embedding of tokens makes the logits too. */
  public static boolean tied(GgufFile file) {
    return file.tensor(WeightNames.OUTPUT) == null;
  }

  /** All tensors whose rows are looked up and nothing else. */
  public static List<TensorInfo> allLookedUp(GgufFile file) {
    return Stream.of(lookedUp(file), file.tensor(WeightNames.LAYER_EMBEDDING))
        .filter(Objects::nonNull)
        .toList();
  }

  private static LayerWeights.Projection output(WeightBinder binder, ModelConfig c) {
    String name = binder.has(WeightNames.OUTPUT) ? WeightNames.OUTPUT : WeightNames.TOKEN_EMBEDDING;
    return new LayerWeights.Projection(
        binder.matrix(name, c.vocabulary(), c.hidden()),
        binder.optionalVector(WeightNames.OUTPUT_BIAS, c.vocabulary()));
  }

  private static LayerWeights.@Nullable Norm inputNorm(
      WeightBinder binder, Architecture a, ModelConfig c) {
    if (a.has(Trait.UNWEIGHTED_EMBEDDING_NORM)) {
      return new LayerWeights.Norm(null, null);
    }
    return a.has(Trait.EMBEDDING_NORM)
        ? LayerWeights.Norm.bind(binder, a, WeightNames.EMBEDDING_NORM, c.hidden())
        : null;
  }

  private static String lastNorm(WeightBinder binder, Architecture a) {
    if (a.has(Trait.LAST_NORM_OF_ENCODER)) {
      return WeightNames.ENCODER_NORM;
    }
    if (a.has(Trait.ENCODER_DECODER)) {
      return WeightNames.DECODER_NORM;
    }
    boolean usual = binder.has(WeightNames.OUTPUT_NORM + ".weight");
    return a.has(Trait.LAST_NORM_AS_EMBEDDING) && !usual
        ? WeightNames.EMBEDDING_NORM
        : WeightNames.OUTPUT_NORM;
  }

  /** An encoder may know which of two texts a token is in; here it is always the first. */
  private static @Nullable Tensor type(WeightBinder binder, Architecture a, ModelConfig c) {
    return a.has(Trait.ENCODER) && binder.has(WeightNames.TOKEN_TYPES)
        ? binder.firstRow(WeightNames.TOKEN_TYPES, c.hidden())
        : null;
  }

  private static @Nullable Tensor positions(WeightBinder binder, Architecture a, ModelConfig c) {
    boolean there = a.has(Trait.MAYBE_LEARNED) && binder.has(WeightNames.POSITIONS);
    return there || a.positions() == Architecture.Positions.LEARNED
        ? binder.matrix(WeightNames.POSITIONS, c.contextLength(), c.hidden())
        : null;
  }

  private static @Nullable Dense dense(WeightBinder binder, ModelConfig c) {
    return c.dense() == 0
        ? null
        : new Dense(
            binder.matrix(WeightNames.DENSE_WIDE, c.dense(), c.hidden()),
            binder.matrix(WeightNames.DENSE_BACK, c.hidden(), c.dense()));
  }
}
