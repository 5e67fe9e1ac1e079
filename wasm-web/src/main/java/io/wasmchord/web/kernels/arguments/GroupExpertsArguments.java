package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of putting rows in the order of their experts. There is one unit.
 *
 * @param choices each row's experts and their weights
 * @param slots the chosen experts
 * @param places the places of each row
 * @param rows the row and the slot of each place
 * @param flags which experts are interleaved
 * @param experts experts in all
 * @param used experts of a row
 * @param count places in all
 */
public record GroupExpertsArguments(
    Region choices,
    Region slots,
    Region places,
    Region rows,
    Region flags,
    int experts,
    int used,
    int count) {
  public static final ArgumentLayout<GroupExpertsArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<GroupExpertsArguments> CHOICES =
      LAYOUT.reads(GroupExpertsArguments::choices);

  public static final Argument.Address<GroupExpertsArguments> SLOTS =
      LAYOUT.writes(GroupExpertsArguments::slots);

  public static final Argument.Address<GroupExpertsArguments> PLACES =
      LAYOUT.writes(GroupExpertsArguments::places);

  public static final Argument.Address<GroupExpertsArguments> ROWS =
      LAYOUT.writes(GroupExpertsArguments::rows);

  public static final Argument.Address<GroupExpertsArguments> FLAGS =
      LAYOUT.updates(GroupExpertsArguments::flags);

  public static final Argument.Number<GroupExpertsArguments> EXPERTS =
      LAYOUT.number(GroupExpertsArguments::experts);

  public static final Argument.Number<GroupExpertsArguments> USED =
      LAYOUT.number(GroupExpertsArguments::used);

  public static final Argument.Number<GroupExpertsArguments> COUNT =
      LAYOUT.number(GroupExpertsArguments::count);
}
