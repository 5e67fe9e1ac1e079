package io.wasmchord.embedding;

import io.wasmchord.model.config.Pooling;
import org.jspecify.annotations.Nullable;

/**
 * How a text becomes a vector.
 *
 * @param pooling null for the model's own
 * @param normalize whether vectors are divided by their length
 * @param truncate whether a text beyond the model's context is cut, rather than refused
 */
public record EmbeddingOptions(@Nullable Pooling pooling, boolean normalize, boolean truncate) {
  /** The model's pooling, vectors of length 1, no text is cut. */
  public static final EmbeddingOptions DEFAULT = new EmbeddingOptions(null, true, false);
}
