package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of choosing each row's experts. A unit is a row.
 *
 * @param logits the router's, a row for each row of the batch
 * @param choices each row's experts and their weights
 * @param experts experts in all
 * @param used experts of a row
 * @param normalized 1 where weights are divided by their sum, else 0
 */
public record RouteArguments(Region logits, Region choices, int experts, int used, int normalized) {
  public static final ArgumentLayout<RouteArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<RouteArguments> LOGITS =
      LAYOUT.reads(RouteArguments::logits);

  public static final Argument.Address<RouteArguments> CHOICES =
      LAYOUT.writes(RouteArguments::choices);

  public static final Argument.Number<RouteArguments> EXPERTS =
      LAYOUT.number(RouteArguments::experts);

  public static final Argument.Number<RouteArguments> USED = LAYOUT.number(RouteArguments::used);

  public static final Argument.Number<RouteArguments> NORMALIZED =
      LAYOUT.number(RouteArguments::normalized);
}
