package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a rotary embedding. A unit is one head of one row.
 *
 * @param x the rows
 * @param table rows of cosines and sines
 * @param heads heads in a row
 * @param headDim values in a head
 * @param pairs pairs of values that are turned
 */
public record RopeArguments(Region x, Region table, int heads, int headDim, int pairs) {
  public static final ArgumentLayout<RopeArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<RopeArguments> X =
      LAYOUT.updates(
          RopeArguments::x, (a, units) -> ArgumentLayout.each(a.x, units, 4L * a.headDim));
  public static final Argument.Address<RopeArguments> TABLE = LAYOUT.reads(RopeArguments::table);
  public static final Argument.Number<RopeArguments> HEADS = LAYOUT.number(RopeArguments::heads);
  public static final Argument.Number<RopeArguments> HEAD_DIM =
      LAYOUT.number(RopeArguments::headDim);
  public static final Argument.Number<RopeArguments> PAIRS = LAYOUT.number(RopeArguments::pairs);
}
