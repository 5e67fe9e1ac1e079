package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of packing a row for each place. A unit is a place.
 *
 * @param slots the chosen experts
 * @param rows the row and the slot of each place
 * @param x rows of floats
 * @param out the packed rows, slot by slot
 * @param gathered 1 where a place takes the row of the batch, 0 where it has its own
 * @param rowBytes bytes of a row of floats
 * @param packedBytes bytes of a packed row
 * @param blocks blocks in a row
 * @param kernel the place of the kernel that packs
 */
public record ExpertPackArguments(
    Region slots,
    Region rows,
    Region x,
    Region out,
    int gathered,
    int rowBytes,
    int packedBytes,
    int blocks,
    int kernel) {
  public static final ArgumentLayout<ExpertPackArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<ExpertPackArguments> SLOTS =
      LAYOUT.reads(ExpertPackArguments::slots);

  public static final Argument.Address<ExpertPackArguments> ROWS =
      LAYOUT.reads(ExpertPackArguments::rows);

  public static final Argument.Address<ExpertPackArguments> X =
      LAYOUT.reads(ExpertPackArguments::x);

  public static final Argument.Address<ExpertPackArguments> OUT =
      LAYOUT.writes(ExpertPackArguments::out);

  public static final Argument.Number<ExpertPackArguments> GATHERED =
      LAYOUT.number(ExpertPackArguments::gathered);

  public static final Argument.Number<ExpertPackArguments> ROW_BYTES =
      LAYOUT.number(ExpertPackArguments::rowBytes);

  public static final Argument.Number<ExpertPackArguments> PACKED_BYTES =
      LAYOUT.number(ExpertPackArguments::packedBytes);

  public static final Argument.Number<ExpertPackArguments> BLOCKS =
      LAYOUT.number(ExpertPackArguments::blocks);

  public static final Argument.Number<ExpertPackArguments> KERNEL =
      LAYOUT.number(ExpertPackArguments::kernel);
}
