package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of dividing runs of values by their lengths. A unit is a run.
 *
 * @param x the first run and what is behind it
 * @param stride values from one row to the next
 * @param runs runs in a row
 * @param size values in a run
 * @param eps added to the sum of squares
 */
public record L2NormArguments(Region x, int stride, int runs, int size, float eps) {
  public static final ArgumentLayout<L2NormArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<L2NormArguments> X = LAYOUT.updates(L2NormArguments::x);
  public static final Argument.Number<L2NormArguments> STRIDE =
      LAYOUT.number(L2NormArguments::stride);
  public static final Argument.Number<L2NormArguments> RUNS = LAYOUT.number(L2NormArguments::runs);
  public static final Argument.Number<L2NormArguments> SIZE = LAYOUT.number(L2NormArguments::size);
  public static final Argument.Real<L2NormArguments> EPS = LAYOUT.real(L2NormArguments::eps);
}
