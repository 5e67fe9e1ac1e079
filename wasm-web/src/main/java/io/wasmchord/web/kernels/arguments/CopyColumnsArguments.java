package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of copying columns. A unit is a row.
 *
 * @param x the rows, from the first column that is copied on
 * @param out the copies
 * @param from values from one row to the next
 * @param to values in a copied row
 * @param width columns that are copied together
 * @param stride columns from one of these to the next
 */
public record CopyColumnsArguments(Region x, Region out, int from, int to, int width, int stride) {
  public static final ArgumentLayout<CopyColumnsArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<CopyColumnsArguments> X =
      LAYOUT.reads(CopyColumnsArguments::x);
  public static final Argument.Address<CopyColumnsArguments> OUT =
      LAYOUT.writes(CopyColumnsArguments::out);
  public static final Argument.Number<CopyColumnsArguments> FROM =
      LAYOUT.number(CopyColumnsArguments::from);
  public static final Argument.Number<CopyColumnsArguments> TO =
      LAYOUT.number(CopyColumnsArguments::to);
  public static final Argument.Number<CopyColumnsArguments> WIDTH =
      LAYOUT.number(CopyColumnsArguments::width);
  public static final Argument.Number<CopyColumnsArguments> STRIDE =
      LAYOUT.number(CopyColumnsArguments::stride);
}
