package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of RMS norm and layer norm. A unit is a group of values.
 *
 * @param x the groups, one after the other
 * @param weight rows that groups take in turn
 * @param out the results; may be {@code x}
 * @param size values in a group
 * @param eps is added to the mean of squares
 * @param rows rows of the weight
 */
public record NormArguments(Region x, Region weight, Region out, int size, float eps, int rows) {
  public static final ArgumentLayout<NormArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<NormArguments> X =
      LAYOUT.reads(NormArguments::x, (a, units) -> ArgumentLayout.each(a.x, units, 4L * a.size));
  public static final Argument.Address<NormArguments> WEIGHT = LAYOUT.reads(NormArguments::weight);
  public static final Argument.Address<NormArguments> OUT =
      LAYOUT.writes(
          NormArguments::out, (a, units) -> ArgumentLayout.each(a.out, units, 4L * a.size));
  public static final Argument.Number<NormArguments> SIZE = LAYOUT.number(NormArguments::size);
  public static final Argument.Real<NormArguments> EPS = LAYOUT.real(NormArguments::eps);
  public static final Argument.Number<NormArguments> ROWS = LAYOUT.number(NormArguments::rows);
}
