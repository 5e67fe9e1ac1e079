package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of xIELU. A unit is as many values as of an elementwise kernel.
 *
 * @param x the values
 * @param count how many
 * @param negative a factor of the side below 0
 * @param positive a factor of the side above 0
 * @param beta the slope at 0
 * @param limit the largest exponent
 */
public record XieluArguments(
    Region x, int count, float negative, float positive, float beta, float limit) {
  public static final ArgumentLayout<XieluArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<XieluArguments> X =
      LAYOUT.updates(
          XieluArguments::x,
          (a, units) -> ArgumentLayout.each(a.x, units, 4L * ElementwiseArguments.ELEMENTS));
  public static final Argument.Number<XieluArguments> COUNT = LAYOUT.number(XieluArguments::count);
  public static final Argument.Real<XieluArguments> NEGATIVE =
      LAYOUT.real(XieluArguments::negative);
  public static final Argument.Real<XieluArguments> POSITIVE =
      LAYOUT.real(XieluArguments::positive);
  public static final Argument.Real<XieluArguments> BETA = LAYOUT.real(XieluArguments::beta);
  public static final Argument.Real<XieluArguments> LIMIT = LAYOUT.real(XieluArguments::limit);
}
