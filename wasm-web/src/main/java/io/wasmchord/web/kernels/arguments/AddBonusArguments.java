package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of adding to heads their values, times a sum. A unit is one head of one row.
 *
 * @param x the rows that are added to
 * @param r factors of the sum
 * @param k likewise
 * @param factors likewise, one row
 * @param v the values
 * @param heads heads in a row
 * @param headDim values of a head
 */
public record AddBonusArguments(
    Region x, Region r, Region k, Region factors, Region v, int heads, int headDim) {
  public static final ArgumentLayout<AddBonusArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<AddBonusArguments> X = LAYOUT.updates(AddBonusArguments::x);
  public static final Argument.Address<AddBonusArguments> R = LAYOUT.reads(AddBonusArguments::r);
  public static final Argument.Address<AddBonusArguments> K = LAYOUT.reads(AddBonusArguments::k);
  public static final Argument.Address<AddBonusArguments> FACTORS =
      LAYOUT.reads(AddBonusArguments::factors);
  public static final Argument.Address<AddBonusArguments> V = LAYOUT.reads(AddBonusArguments::v);
  public static final Argument.Number<AddBonusArguments> HEADS =
      LAYOUT.number(AddBonusArguments::heads);
  public static final Argument.Number<AddBonusArguments> HEAD_DIM =
      LAYOUT.number(AddBonusArguments::headDim);
}
