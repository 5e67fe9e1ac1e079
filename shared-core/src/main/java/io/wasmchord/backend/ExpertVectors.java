package io.wasmchord.backend;

import org.jspecify.annotations.Nullable;

/**
 * What a mixture of experts has beside matrices; null where it has no such thing.
 *
 * @param selection [1, experts], added to the scores by which experts are chosen, and not to their
 *     weights
 * @param scales [1, experts], each multiplies its expert's weight
 * @param gate [experts, width], added to what an expert's gate gives
 * @param up [experts, width]
 * @param down [experts, in]
 */
public record ExpertVectors(
    @Nullable Tensor selection,
    @Nullable Tensor scales,
    @Nullable Tensor gate,
    @Nullable Tensor up,
    @Nullable Tensor down) {
  public static final ExpertVectors NONE = new ExpertVectors(null, null, null, null, null);
}
