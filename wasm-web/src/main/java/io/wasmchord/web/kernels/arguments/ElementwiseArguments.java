package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a function value by value. Functions of {@code x} alone are given it as {@code y}, too.
 *
 * @param x the first operand
 * @param y the second operand
 * @param out the results; may be an operand
 * @param count values in all
 * @param factor the function's constant; 0 where it has none
 */
public record ElementwiseArguments(Region x, Region y, Region out, int count, float factor) {
  /** Values of a unit. */
  public static final int ELEMENTS = 64;

  public static final ArgumentLayout<ElementwiseArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ElementwiseArguments> X =
      LAYOUT.reads(ElementwiseArguments::x, (a, units) -> shares(a.x, units));
  public static final Argument.Address<ElementwiseArguments> Y =
      LAYOUT.reads(ElementwiseArguments::y, (a, units) -> shares(a.y, units));
  public static final Argument.Address<ElementwiseArguments> OUT =
      LAYOUT.writes(ElementwiseArguments::out, (a, units) -> shares(a.out, units));
  public static final Argument.Number<ElementwiseArguments> COUNT =
      LAYOUT.number(ElementwiseArguments::count);
  public static final Argument.Real<ElementwiseArguments> FACTOR =
      LAYOUT.real(ElementwiseArguments::factor);

  private static int shares(Region range, int units) {
    return ArgumentLayout.each(range, units, 4L * ELEMENTS);
  }
}
