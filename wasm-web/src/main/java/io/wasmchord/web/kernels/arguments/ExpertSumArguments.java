package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding what the experts gave. A unit is some columns of a row.
 *
 * @param x the rows that are added to
 * @param y a row for each place
 * @param choices each row's experts and their weights
 * @param places the places of each row
 * @param cols columns
 * @param used experts of a row
 */
public record ExpertSumArguments(
    Region x, Region y, Region choices, Region places, int cols, int used) {
  public static final ArgumentLayout<ExpertSumArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertSumArguments> X =
      LAYOUT.updates(ExpertSumArguments::x);

  public static final Argument.Address<ExpertSumArguments> Y = LAYOUT.reads(ExpertSumArguments::y);

  public static final Argument.Address<ExpertSumArguments> CHOICES =
      LAYOUT.reads(ExpertSumArguments::choices);

  public static final Argument.Address<ExpertSumArguments> PLACES =
      LAYOUT.reads(ExpertSumArguments::places);

  public static final Argument.Number<ExpertSumArguments> COLS =
      LAYOUT.number(ExpertSumArguments::cols);

  public static final Argument.Number<ExpertSumArguments> USED =
      LAYOUT.number(ExpertSumArguments::used);
}
