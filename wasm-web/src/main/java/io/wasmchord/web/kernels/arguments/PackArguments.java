package io.wasmchord.web.kernels.arguments;

import io.wasmchord.web.memory.Region;

/**
 * Of packing rows of floats for products. A unit is one block of one row.
 *
 * @param x the float rows
 * @param out the packed records
 * @param blocks blocks in a row
 * @param tileRows rows in a tile
 * @param tiles tiles in all
 */
public record PackArguments(Region x, Region out, int blocks, int tileRows, int tiles) {
  public static final ArgumentLayout<PackArguments> LAYOUT = new ArgumentLayout<>();

  public static final Argument.Address<PackArguments> X =
      LAYOUT.reads(PackArguments::x, (a, units) -> units);
  public static final Argument.Address<PackArguments> OUT = LAYOUT.writes(PackArguments::out);
  public static final Argument.Number<PackArguments> BLOCKS = LAYOUT.number(PackArguments::blocks);
  public static final Argument.Number<PackArguments> TILE_ROWS =
      LAYOUT.number(PackArguments::tileRows);
  public static final Argument.Number<PackArguments> TILES = LAYOUT.number(PackArguments::tiles);
}
