package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of finding each row's largest values. A unit is a row.
 *
 * @param x the rows
 * @param indices their places, {@code k} floats for each row
 * @param values themselves, {@code k} floats for each row
 * @param width values in a row
 * @param count of them that are looked at, from the first on
 * @param k how many are kept
 */
public record TopKArguments(Region x, Region indices, Region values, int width, int count, int k) {
  public static final ArgumentLayout<TopKArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<TopKArguments> X = LAYOUT.reads(TopKArguments::x);
  public static final Argument.Address<TopKArguments> INDICES =
      LAYOUT.writes(TopKArguments::indices);
  public static final Argument.Address<TopKArguments> VALUES = LAYOUT.writes(TopKArguments::values);
  public static final Argument.Number<TopKArguments> WIDTH = LAYOUT.number(TopKArguments::width);
  public static final Argument.Number<TopKArguments> COUNT = LAYOUT.number(TopKArguments::count);
  public static final Argument.Number<TopKArguments> K = LAYOUT.number(TopKArguments::k);
}
