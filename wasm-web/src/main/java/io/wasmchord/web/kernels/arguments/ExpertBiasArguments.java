package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding each place's row of its expert's biases. A unit is a place.
 *
 * @param x a row for each place
 * @param biases a row for each expert
 * @param slots the chosen experts
 * @param rows the row and the slot of each place
 * @param cols columns
 */
public record ExpertBiasArguments(Region x, Region biases, Region slots, Region rows, int cols) {
  public static final ArgumentLayout<ExpertBiasArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertBiasArguments> X =
      LAYOUT.updates(ExpertBiasArguments::x);

  public static final Argument.Address<ExpertBiasArguments> BIASES =
      LAYOUT.reads(ExpertBiasArguments::biases);

  public static final Argument.Address<ExpertBiasArguments> SLOTS =
      LAYOUT.reads(ExpertBiasArguments::slots);

  public static final Argument.Address<ExpertBiasArguments> ROWS =
      LAYOUT.reads(ExpertBiasArguments::rows);

  public static final Argument.Number<ExpertBiasArguments> COLS =
      LAYOUT.number(ExpertBiasArguments::cols);
}
