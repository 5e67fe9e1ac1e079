package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding mixtures of runs. A unit is a run of one row that is added to.
 *
 * @param x the rows whose runs are mixed
 * @param factors a row for each of them, or one
 * @param out the rows that are added to, from the first run on
 * @param runs runs in a row of {@code x}
 * @param outRuns runs in a row that are added to
 * @param width values in a run
 * @param factorStride values from one row of factors to the next; 0 where there is one
 * @param outStride values from one row of {@code out} to the next
 */
public record AddMixedArguments(
    Region x,
    Region factors,
    Region out,
    int runs,
    int outRuns,
    int width,
    int factorStride,
    int outStride) {
  public static final ArgumentLayout<AddMixedArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<AddMixedArguments> X = LAYOUT.reads(AddMixedArguments::x);
  public static final Argument.Address<AddMixedArguments> FACTORS =
      LAYOUT.reads(AddMixedArguments::factors);
  public static final Argument.Address<AddMixedArguments> OUT =
      LAYOUT.updates(AddMixedArguments::out);
  public static final Argument.Number<AddMixedArguments> RUNS =
      LAYOUT.number(AddMixedArguments::runs);
  public static final Argument.Number<AddMixedArguments> OUT_RUNS =
      LAYOUT.number(AddMixedArguments::outRuns);
  public static final Argument.Number<AddMixedArguments> WIDTH =
      LAYOUT.number(AddMixedArguments::width);
  public static final Argument.Number<AddMixedArguments> FACTOR_STRIDE =
      LAYOUT.number(AddMixedArguments::factorStride);
  public static final Argument.Number<AddMixedArguments> OUT_STRIDE =
      LAYOUT.number(AddMixedArguments::outStride);
}
