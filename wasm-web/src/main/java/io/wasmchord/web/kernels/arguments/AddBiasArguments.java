package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding a row to every row. A unit is a row.
 *
 * @param x the rows
 * @param bias the row that is added
 * @param size values in a row
 */
public record AddBiasArguments(Region x, Region bias, int size) {
  public static final ArgumentLayout<AddBiasArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<AddBiasArguments> X =
      LAYOUT.updates(
          AddBiasArguments::x, (a, units) -> ArgumentLayout.each(a.x, units, 4L * a.size));
  public static final Argument.Address<AddBiasArguments> BIAS =
      LAYOUT.reads(AddBiasArguments::bias);
  public static final Argument.Number<AddBiasArguments> SIZE =
      LAYOUT.number(AddBiasArguments::size);
}
