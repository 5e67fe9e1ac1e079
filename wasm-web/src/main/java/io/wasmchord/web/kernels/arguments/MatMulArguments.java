package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of a product of a weight and packed activations.
 *
 * @param weight the weight's row groups
 * @param tail the last group where rows are no multiple of four; there padded with zeros
 * @param fullGroups row groups at {@code weight}
 * @param groupBytes bytes of a row group
 * @param rows rows of the weight, columns of the result
 * @param blocks blocks of a row
 * @param activations the packed activations
 * @param out the result
 * @param tokens rows of the result
 * @param table where the kernel looks values up, or 0
 */
public record MatMulArguments(
    Region weight,
    Region tail,
    int fullGroups,
    int groupBytes,
    int rows,
    int blocks,
    Region activations,
    Region out,
    int tokens,
    int table) {
  public static final ArgumentLayout<MatMulArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<MatMulArguments> WEIGHT =
      LAYOUT.reads(MatMulArguments::weight);
  public static final Argument.Address<MatMulArguments> TAIL = LAYOUT.reads(MatMulArguments::tail);
  public static final Argument.Number<MatMulArguments> FULL_GROUPS =
      LAYOUT.number(MatMulArguments::fullGroups);
  public static final Argument.Number<MatMulArguments> GROUP_BYTES =
      LAYOUT.number(MatMulArguments::groupBytes);
  public static final Argument.Number<MatMulArguments> ROWS = LAYOUT.number(MatMulArguments::rows);
  public static final Argument.Number<MatMulArguments> BLOCKS =
      LAYOUT.number(MatMulArguments::blocks);
  public static final Argument.Address<MatMulArguments> ACTIVATIONS =
      LAYOUT.reads(MatMulArguments::activations);
  public static final Argument.Address<MatMulArguments> OUT =
      LAYOUT.writes(MatMulArguments::out, MatMulArguments::shares);
  public static final Argument.Number<MatMulArguments> TOKENS =
      LAYOUT.number(MatMulArguments::tokens);
  public static final Argument.Number<MatMulArguments> TABLE =
      LAYOUT.number(MatMulArguments::table);

  /** Of one row of activations, each unit has four results, where they are no more. */
  private static int shares(MatMulArguments a, int units) {
    return a.tokens == 1 ? ArgumentLayout.each(a.out, units, 16) : 1;
  }
}
