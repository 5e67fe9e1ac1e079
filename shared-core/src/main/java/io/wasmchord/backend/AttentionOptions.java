package io.wasmchord.backend;

import org.jspecify.annotations.Nullable;

/**
 * What attention takes into account beside queries, keys and a window. {@code docs/arithmetic.md}
 * says in which order.
 *
 * @param chunked whether the window's size is that of chunks, which positions are divided into from
 *     0 on: a token attends to those of its own chunk alone, itself and what is before it
 * @param sinks [1, heads]: a logit of each head that takes part in the softmax like a score and has
 *     no value; or null
 * @param slopes [1, heads]: how much a head's scores fall with each position between (ALiBi); or
 *     null
 * @param biases [heads, 2 * reach + 1]: what is added to a head's scores by how far a position is
 *     from the token's own, from {@code -reach} to {@code reach}; what is further away counts as
 *     that far; or null
 */
public record AttentionOptions(
    boolean chunked, @Nullable Tensor sinks, @Nullable Tensor slopes, @Nullable Tensor biases) {
  /** None of it. */
  public static final AttentionOptions NONE = new AttentionOptions(false, null, null, null);

  /** The farthest position that {@code biases} tell from others. */
  public int reach() {
    return biases == null ? 0 : biases.cols() / 2;
  }

  /** Where {@code biases} have what is for {@code other}, seen from {@code own}. */
  public int place(int own, int other) {
    return Math.clamp((long) other - own, -reach(), reach()) + reach();
  }
}
