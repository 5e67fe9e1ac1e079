package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of multiplying columns. A unit is a row.
 *
 * @param x the rows
 * @param factors the factors
 * @param width values in a row
 * @param each neighbouring columns that share a factor
 */
public record ScaleColumnsArguments(Region x, Region factors, int width, int each) {
  public static final ArgumentLayout<ScaleColumnsArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ScaleColumnsArguments> X =
      LAYOUT.updates(ScaleColumnsArguments::x);
  public static final Argument.Address<ScaleColumnsArguments> FACTORS =
      LAYOUT.reads(ScaleColumnsArguments::factors);
  public static final Argument.Number<ScaleColumnsArguments> WIDTH =
      LAYOUT.number(ScaleColumnsArguments::width);
  public static final Argument.Number<ScaleColumnsArguments> EACH =
      LAYOUT.number(ScaleColumnsArguments::each);
}
