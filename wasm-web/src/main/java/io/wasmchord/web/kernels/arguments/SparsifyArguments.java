package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of taking from rows what is above a cutoff of their own. A unit is a row.
 *
 * @param x the rows
 * @param size values in a row
 * @param deviations standard deviations from a row's mean to its cutoff
 */
public record SparsifyArguments(Region x, int size, float deviations) {
  public static final ArgumentLayout<SparsifyArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<SparsifyArguments> X = LAYOUT.updates(SparsifyArguments::x);
  public static final Argument.Number<SparsifyArguments> SIZE =
      LAYOUT.number(SparsifyArguments::size);
  public static final Argument.Real<SparsifyArguments> DEVIATIONS =
      LAYOUT.real(SparsifyArguments::deviations);
}
