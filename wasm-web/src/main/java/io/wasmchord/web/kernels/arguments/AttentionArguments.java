package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of attention over the cache. A unit is one head of one token.
 *
 * @param q the queries
 * @param out the results
 * @param keys the layer's keys
 * @param values the layer's values
 * @param position of the first token
 * @param heads query heads
 * @param shared query heads that share a head of keys and values
 * @param keyDim floats in a key
 * @param valueDim floats in a value, a multiple of 4
 * @param capacity positions that the layer has room for, a multiple of 16
 * @param scale multiplies a score
 * @param softCap bound of scores, or 0
 * @param before positions before its own that a token sees at most
 * @param after positions after its own that a token sees at most
 * @param end after the last position that any token sees
 * @param chunk positions in a chunk, or 0; where there are chunks, {@code before} does not count
 * @param sinks a logit of each head, or none
 * @param slopes what a head's scores lose for each position between, or none
 * @param biases what a head's scores gain by distance, {@code 2 * reach + 1} of each, or none
 * @param reach the farthest position that biases tell from others
 */
public record AttentionArguments(
    Region q,
    Region out,
    Region keys,
    Region values,
    int position,
    int heads,
    int shared,
    int keyDim,
    int valueDim,
    int capacity,
    float scale,
    float softCap,
    int before,
    int after,
    int end,
    int chunk,
    Region sinks,
    Region slopes,
    Region biases,
    int reach) {
  public static final ArgumentLayout<AttentionArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<AttentionArguments> Q =
      LAYOUT.reads(
          AttentionArguments::q, (a, units) -> ArgumentLayout.each(a.q, units, 4L * a.keyDim));
  public static final Argument.Address<AttentionArguments> OUT =
      LAYOUT.writes(
          AttentionArguments::out,
          (a, units) -> ArgumentLayout.each(a.out, units, 4L * a.valueDim));
  public static final Argument.Address<AttentionArguments> KEYS =
      LAYOUT.reads(AttentionArguments::keys, AttentionArguments::heads);
  public static final Argument.Address<AttentionArguments> VALUES =
      LAYOUT.reads(AttentionArguments::values, AttentionArguments::heads);
  public static final Argument.Number<AttentionArguments> POSITION =
      LAYOUT.number(AttentionArguments::position);
  public static final Argument.Number<AttentionArguments> HEADS =
      LAYOUT.number(AttentionArguments::heads);
  public static final Argument.Number<AttentionArguments> SHARED =
      LAYOUT.number(AttentionArguments::shared);
  public static final Argument.Number<AttentionArguments> KEY_DIM =
      LAYOUT.number(AttentionArguments::keyDim);
  public static final Argument.Number<AttentionArguments> VALUE_DIM =
      LAYOUT.number(AttentionArguments::valueDim);
  public static final Argument.Number<AttentionArguments> CAPACITY =
      LAYOUT.number(AttentionArguments::capacity);
  public static final Argument.Real<AttentionArguments> SCALE =
      LAYOUT.real(AttentionArguments::scale);
  public static final Argument.Real<AttentionArguments> SOFT_CAP =
      LAYOUT.real(AttentionArguments::softCap);
  public static final Argument.Number<AttentionArguments> BEFORE =
      LAYOUT.number(AttentionArguments::before);
  public static final Argument.Number<AttentionArguments> AFTER =
      LAYOUT.number(AttentionArguments::after);
  public static final Argument.Number<AttentionArguments> END =
      LAYOUT.number(AttentionArguments::end);
  public static final Argument.Number<AttentionArguments> CHUNK =
      LAYOUT.number(AttentionArguments::chunk);
  public static final Argument.Address<AttentionArguments> SINKS =
      LAYOUT.reads(AttentionArguments::sinks);
  public static final Argument.Address<AttentionArguments> SLOPES =
      LAYOUT.reads(AttentionArguments::slopes);
  public static final Argument.Address<AttentionArguments> BIASES =
      LAYOUT.reads(AttentionArguments::biases);
  public static final Argument.Number<AttentionArguments> REACH =
      LAYOUT.number(AttentionArguments::reach);

  /** Of one token, the units of a head of keys follow each other. */
  private static int heads(AttentionArguments a, int units) {
    return units == a.heads && a.heads % a.shared == 0 ? a.heads / a.shared : 1;
  }
}
