package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of multiplying rows, each by its factor. A unit is a row.
 *
 * @param x the rows
 * @param factors a factor for each row
 * @param size values in a row
 */
public record ScaleRowsArguments(Region x, Region factors, int size) {
  public static final ArgumentLayout<ScaleRowsArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ScaleRowsArguments> X =
      LAYOUT.updates(
          ScaleRowsArguments::x, (a, units) -> ArgumentLayout.each(a.x, units, 4L * a.size));
  public static final Argument.Address<ScaleRowsArguments> FACTORS =
      LAYOUT.reads(ScaleRowsArguments::factors);
  public static final Argument.Number<ScaleRowsArguments> SIZE =
      LAYOUT.number(ScaleRowsArguments::size);
}
