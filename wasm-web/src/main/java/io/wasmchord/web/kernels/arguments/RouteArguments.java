package io.wasmchord.web.kernels.arguments;

import io.wasmchord.backend.Routing;
import io.wasmchord.web.memory.Region;

/**
 * Of choosing each row's experts. A unit is a row.
 *
 * @param logits the router's, a row for each row of the batch
 * @param selection what is added to scores, at address 0 where nothing is
 * @param scales each expert's factor, at address 0 where there are none
 * @param choices each row's experts and their weights
 * @param experts experts in all
 * @param used experts of a row
 * @param gating its {@link #number}
 * @param groups groups of experts; 1 where they are one
 * @param usedGroups groups that are chosen from
 * @param normalized 1 where weights are divided by their sum, else 0
 * @param scale of the weights
 */
public record RouteArguments(
    Region logits,
    Region selection,
    Region scales,
    Region choices,
    int experts,
    int used,
    int gating,
    int groups,
    int usedGroups,
    int normalized,
    float scale) {
  public static final ArgumentLayout<RouteArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<RouteArguments> LOGITS =
      LAYOUT.reads(RouteArguments::logits);

  public static final Argument.Address<RouteArguments> SELECTION =
      LAYOUT.reads(RouteArguments::selection);

  public static final Argument.Address<RouteArguments> SCALES =
      LAYOUT.reads(RouteArguments::scales);

  public static final Argument.Address<RouteArguments> CHOICES =
      LAYOUT.writes(RouteArguments::choices);

  public static final Argument.Number<RouteArguments> EXPERTS =
      LAYOUT.number(RouteArguments::experts);

  public static final Argument.Number<RouteArguments> USED = LAYOUT.number(RouteArguments::used);

  public static final Argument.Number<RouteArguments> GATING =
      LAYOUT.number(RouteArguments::gating);

  public static final Argument.Number<RouteArguments> GROUPS =
      LAYOUT.number(RouteArguments::groups);

  public static final Argument.Number<RouteArguments> USED_GROUPS =
      LAYOUT.number(RouteArguments::usedGroups);

  public static final Argument.Number<RouteArguments> NORMALIZED =
      LAYOUT.number(RouteArguments::normalized);

  public static final Argument.Real<RouteArguments> SCALE = LAYOUT.real(RouteArguments::scale);

  /** The number that the kernel knows a gating by. */
  public static int number(Routing.Gating gating) {
    return switch (gating) {
      case SOFTMAX -> 0;
      case SIGMOID -> 1;
      case SOFTMAX_OF_CHOSEN -> 2;
      case SIGMOID_OF_CHOSEN -> 3;
    };
  }
}
