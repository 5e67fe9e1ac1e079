package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of the products of one matrix of each chosen expert with the rows of its slot. A unit is some row
 * groups of a slot.
 *
 * @param slots the chosen experts
 * @param matrices addresses of the matrices
 * @param activations the packed rows
 * @param out a row for each place
 * @param packedBytes bytes of a packed row, or 0 where all places share one
 * @param fullGroups row groups of a matrix that are whole
 * @param groupBytes bytes of a row group
 * @param rows rows of a matrix
 * @param blocks blocks of a row
 * @param units units of a slot
 * @param single the place of the kernel for a slot of one row
 * @param singleUnits its units in all
 * @param singleStep its units in a unit of this
 * @param tiles the place of the kernel for a slot of several rows
 * @param tilesUnits its units in all
 * @param tilesStep its units in a unit of this
 * @param table where both look values up, or 0
 */
public record ExpertMatMulArguments(
    Region slots,
    Region matrices,
    Region activations,
    Region out,
    int packedBytes,
    int fullGroups,
    int groupBytes,
    int rows,
    int blocks,
    int units,
    int single,
    int singleUnits,
    int singleStep,
    int tiles,
    int tilesUnits,
    int tilesStep,
    int table) {
  public static final ArgumentLayout<ExpertMatMulArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertMatMulArguments> SLOTS =
      LAYOUT.reads(ExpertMatMulArguments::slots);

  public static final Argument.Address<ExpertMatMulArguments> MATRICES =
      LAYOUT.reads(ExpertMatMulArguments::matrices);

  public static final Argument.Address<ExpertMatMulArguments> ACTIVATIONS =
      LAYOUT.reads(ExpertMatMulArguments::activations);

  public static final Argument.Address<ExpertMatMulArguments> OUT =
      LAYOUT.writes(ExpertMatMulArguments::out);

  public static final Argument.Number<ExpertMatMulArguments> PACKED_BYTES =
      LAYOUT.number(ExpertMatMulArguments::packedBytes);

  public static final Argument.Number<ExpertMatMulArguments> FULL_GROUPS =
      LAYOUT.number(ExpertMatMulArguments::fullGroups);

  public static final Argument.Number<ExpertMatMulArguments> GROUP_BYTES =
      LAYOUT.number(ExpertMatMulArguments::groupBytes);

  public static final Argument.Number<ExpertMatMulArguments> MATRIX_ROWS =
      LAYOUT.number(ExpertMatMulArguments::rows);

  public static final Argument.Number<ExpertMatMulArguments> BLOCKS =
      LAYOUT.number(ExpertMatMulArguments::blocks);

  public static final Argument.Number<ExpertMatMulArguments> UNITS =
      LAYOUT.number(ExpertMatMulArguments::units);

  public static final Argument.Number<ExpertMatMulArguments> SINGLE =
      LAYOUT.number(ExpertMatMulArguments::single);

  public static final Argument.Number<ExpertMatMulArguments> SINGLE_UNITS =
      LAYOUT.number(ExpertMatMulArguments::singleUnits);

  public static final Argument.Number<ExpertMatMulArguments> SINGLE_STEP =
      LAYOUT.number(ExpertMatMulArguments::singleStep);

  public static final Argument.Number<ExpertMatMulArguments> TILES =
      LAYOUT.number(ExpertMatMulArguments::tiles);

  public static final Argument.Number<ExpertMatMulArguments> TILES_UNITS =
      LAYOUT.number(ExpertMatMulArguments::tilesUnits);

  public static final Argument.Number<ExpertMatMulArguments> TILES_STEP =
      LAYOUT.number(ExpertMatMulArguments::tilesStep);

  public static final Argument.Number<ExpertMatMulArguments> TABLE =
      LAYOUT.number(ExpertMatMulArguments::table);
}
