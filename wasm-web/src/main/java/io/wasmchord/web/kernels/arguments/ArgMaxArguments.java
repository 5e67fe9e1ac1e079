package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of finding each row's largest value. A unit is a row.
 *
 * @param x the rows
 * @param index its place, a float for each row
 * @param value itself, a float for each row
 * @param width values in a row
 * @param count of them that are looked at, from the first on
 */
public record ArgMaxArguments(Region x, Region index, Region value, int width, int count) {
  public static final ArgumentLayout<ArgMaxArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ArgMaxArguments> X = LAYOUT.reads(ArgMaxArguments::x);
  public static final Argument.Address<ArgMaxArguments> INDEX =
      LAYOUT.writes(ArgMaxArguments::index);
  public static final Argument.Address<ArgMaxArguments> VALUE =
      LAYOUT.writes(ArgMaxArguments::value);
  public static final Argument.Number<ArgMaxArguments> WIDTH =
      LAYOUT.number(ArgMaxArguments::width);
  public static final Argument.Number<ArgMaxArguments> COUNT =
      LAYOUT.number(ArgMaxArguments::count);
}
