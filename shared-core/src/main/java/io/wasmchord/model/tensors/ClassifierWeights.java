package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architecture.Trait;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import org.jspecify.annotations.Nullable;

/**
 * The head of a classifier or reranker. One of the two layers may be missing: the other one gives
 * the outputs.
 *
 * @param dense [hidden, hidden], or [outputs, hidden] where it is the only one; followed by an
 *     activation
 * @param gelu whether that is GELU, and not the hyperbolic tangent
 * @param norm [1, hidden], of what the activation gives
 * @param output [outputs, hidden]
 */
public record ClassifierWeights(
    LayerWeights.@Nullable Projection dense,
    boolean gelu,
    @Nullable Tensor norm,
    LayerWeights.@Nullable Projection output) {

  /** Asks for what the head has; null where there is none. */
  static @Nullable ClassifierWeights bind(WeightBinder binder, Architecture a, ModelConfig c) {
    Classifier head = c.classifier();
    if (!head.exists()) {
      return null;
    }
    boolean two = binder.has(WeightNames.CLASSIFIER_OUT + ".weight");
    boolean first = binder.has(WeightNames.CLASSIFIER + ".weight") && !a.has(Trait.YES_OR_NO);
    String norm = WeightNames.CLASSIFIER_NORM + ".weight";
    return new ClassifierWeights(
        first
            ? projection(binder, WeightNames.CLASSIFIER, two ? c.hidden() : head.outputs(), c)
            : null,
        a.has(Trait.CLASSIFIER_OF_MEAN),
        first && two && binder.has(norm) ? binder.vector(norm, c.hidden()) : null,
        two ? projection(binder, WeightNames.CLASSIFIER_OUT, head.outputs(), c) : null);
  }

  private static LayerWeights.Projection projection(
      WeightBinder binder, String name, int rows, ModelConfig c) {
    return new LayerWeights.Projection(
        binder.matrix(name + ".weight", rows, c.hidden()),
        binder.optionalVector(name + ".bias", rows));
  }
}
