package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of writing, for each place, its row times its weight, which is 1 from then on. A unit is a
 * choice.
 *
 * @param x rows of the batch
 * @param out a row for each place
 * @param choices each row's experts and their weights
 * @param places the places of each row
 * @param cols columns
 * @param used experts of a row
 */
public record ExpertWeighArguments(
    Region x, Region out, Region choices, Region places, int cols, int used) {
  public static final ArgumentLayout<ExpertWeighArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertWeighArguments> X =
      LAYOUT.reads(ExpertWeighArguments::x);

  public static final Argument.Address<ExpertWeighArguments> OUT =
      LAYOUT.writes(ExpertWeighArguments::out);

  public static final Argument.Address<ExpertWeighArguments> CHOICES =
      LAYOUT.updates(ExpertWeighArguments::choices);

  public static final Argument.Address<ExpertWeighArguments> PLACES =
      LAYOUT.reads(ExpertWeighArguments::places);

  public static final Argument.Number<ExpertWeighArguments> COLS =
      LAYOUT.number(ExpertWeighArguments::cols);

  public static final Argument.Number<ExpertWeighArguments> USED =
      LAYOUT.number(ExpertWeighArguments::used);
}
