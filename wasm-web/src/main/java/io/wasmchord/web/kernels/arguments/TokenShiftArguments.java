package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of the difference to the row before. A unit is some columns of all rows.
 *
 * @param x the rows
 * @param before the last row
 * @param out the differences
 * @param rows rows
 * @param width values in a row
 * @param position of the first row
 */
public record TokenShiftArguments(
    Region x, Region before, Region out, int rows, int width, int position) {
  public static final ArgumentLayout<TokenShiftArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<TokenShiftArguments> X =
      LAYOUT.reads(TokenShiftArguments::x);
  public static final Argument.Address<TokenShiftArguments> BEFORE =
      LAYOUT.updates(TokenShiftArguments::before);
  public static final Argument.Address<TokenShiftArguments> OUT =
      LAYOUT.writes(TokenShiftArguments::out);
  public static final Argument.Number<TokenShiftArguments> ROWS =
      LAYOUT.number(TokenShiftArguments::rows);
  public static final Argument.Number<TokenShiftArguments> WIDTH =
      LAYOUT.number(TokenShiftArguments::width);
  public static final Argument.Number<TokenShiftArguments> POSITION =
      LAYOUT.number(TokenShiftArguments::position);
}
