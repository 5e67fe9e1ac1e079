package io.wasmchord.backend;

import org.jspecify.annotations.Nullable;

/**
 * One expert's weights.
 *
 * @param gate [width, in]; null where the activation is of what {@code up} gives
 * @param up [width, in]
 * @param down [in, width]
 */
public record Expert(@Nullable Tensor gate, Tensor up, Tensor down) {
  /** The first of its matrices. */
  public Tensor first() {
    return gate == null ? up : gate;
  }
}
