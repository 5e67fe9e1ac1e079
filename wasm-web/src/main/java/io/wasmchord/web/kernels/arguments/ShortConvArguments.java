package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a short convolution along the positions.
 *
 * @param x the values
 * @param inGate multiplies them before they are stored
 * @param outGate multiplies the sums
 * @param weight a column's weights, then the next one's
 * @param past the stored rows
 * @param out the results; may be {@code x} or a gate
 * @param rows rows of values
 * @param width columns in all
 * @param length positions that a row sees, its own included
 * @param position of the first row
 * @param places stored rows
 */
public record ShortConvArguments(
    Region x,
    Region inGate,
    Region outGate,
    Region weight,
    Region past,
    Region out,
    int rows,
    int width,
    int length,
    int position,
    int places) {
  public static final ArgumentLayout<ShortConvArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ShortConvArguments> X = LAYOUT.reads(ShortConvArguments::x);
  public static final Argument.Address<ShortConvArguments> IN_GATE =
      LAYOUT.reads(ShortConvArguments::inGate);
  public static final Argument.Address<ShortConvArguments> OUT_GATE =
      LAYOUT.reads(ShortConvArguments::outGate);
  public static final Argument.Address<ShortConvArguments> WEIGHT =
      LAYOUT.reads(ShortConvArguments::weight);
  public static final Argument.Address<ShortConvArguments> PAST =
      LAYOUT.updates(ShortConvArguments::past);
  public static final Argument.Address<ShortConvArguments> OUT =
      LAYOUT.writes(ShortConvArguments::out);
  public static final Argument.Number<ShortConvArguments> ROWS =
      LAYOUT.number(ShortConvArguments::rows);
  public static final Argument.Number<ShortConvArguments> WIDTH =
      LAYOUT.number(ShortConvArguments::width);
  public static final Argument.Number<ShortConvArguments> LENGTH =
      LAYOUT.number(ShortConvArguments::length);
  public static final Argument.Number<ShortConvArguments> POSITION =
      LAYOUT.number(ShortConvArguments::position);
  public static final Argument.Number<ShortConvArguments> PLACES =
      LAYOUT.number(ShortConvArguments::places);
}
