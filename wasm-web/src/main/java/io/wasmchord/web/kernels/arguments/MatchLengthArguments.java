package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of scaling rows to the lengths of others. A unit is a row.
 *
 * @param x the rows that are scaled
 * @param like the others
 * @param size values in a row
 * @param eps the least mean square that a row is taken to have
 */
public record MatchLengthArguments(Region x, Region like, int size, float eps) {
  public static final ArgumentLayout<MatchLengthArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<MatchLengthArguments> X =
      LAYOUT.updates(MatchLengthArguments::x);
  public static final Argument.Address<MatchLengthArguments> LIKE =
      LAYOUT.reads(MatchLengthArguments::like);
  public static final Argument.Number<MatchLengthArguments> SIZE =
      LAYOUT.number(MatchLengthArguments::size);
  public static final Argument.Real<MatchLengthArguments> EPS =
      LAYOUT.real(MatchLengthArguments::eps);
}
