package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a convolution whose last positions stay in the state. A unit is some columns of all rows.
 *
 * @param x the values
 * @param weight a column's weights, then the next one's
 * @param bias a value for each column; not read where there is none
 * @param past the last positions
 * @param out the results; may be {@code x}
 * @param rows rows of values
 * @param width columns in all
 * @param length positions that a row sees, its own included
 * @param position of the first row
 * @param biased whether there is a bias, 1 or 0
 * @param silu whether SiLU is taken of the sums, 1 or 0
 */
public record CausalConvArguments(
    Region x,
    Region weight,
    Region bias,
    Region past,
    Region out,
    int rows,
    int width,
    int length,
    int position,
    int biased,
    int silu) {
  public static final ArgumentLayout<CausalConvArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<CausalConvArguments> X =
      LAYOUT.reads(CausalConvArguments::x);
  public static final Argument.Address<CausalConvArguments> WEIGHT =
      LAYOUT.reads(CausalConvArguments::weight);
  public static final Argument.Address<CausalConvArguments> BIAS =
      LAYOUT.reads(CausalConvArguments::bias);
  public static final Argument.Address<CausalConvArguments> PAST =
      LAYOUT.updates(CausalConvArguments::past);
  public static final Argument.Address<CausalConvArguments> OUT =
      LAYOUT.writes(CausalConvArguments::out);
  public static final Argument.Number<CausalConvArguments> ROWS =
      LAYOUT.number(CausalConvArguments::rows);
  public static final Argument.Number<CausalConvArguments> WIDTH =
      LAYOUT.number(CausalConvArguments::width);
  public static final Argument.Number<CausalConvArguments> LENGTH =
      LAYOUT.number(CausalConvArguments::length);
  public static final Argument.Number<CausalConvArguments> POSITION =
      LAYOUT.number(CausalConvArguments::position);
  public static final Argument.Number<CausalConvArguments> BIASED =
      LAYOUT.number(CausalConvArguments::biased);
  public static final Argument.Number<CausalConvArguments> SILU =
      LAYOUT.number(CausalConvArguments::silu);
}
