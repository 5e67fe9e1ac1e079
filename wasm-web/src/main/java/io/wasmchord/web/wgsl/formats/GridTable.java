package io.wasmchord.web.wgsl.formats;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.TernaryGrid;

/** Grids that kernels look values up in. They lie in the arena, where an argument says. */
public enum GridTable {
  /** No grid. */
  NONE,
  /** Of IQ2_XXS. */
  IQ2_XXS_GRID,
  /** Of IQ2_XS. */
  IQ2_XS_GRID,
  /** Of IQ2_S. */
  IQ2_S_GRID,
  /** Of IQ3_XXS. */
  IQ3_XXS_GRID,
  /** Of IQ3_S. */
  IQ3_S_GRID,
  /** Of IQ1_S and IQ1_M. */
  TERNARY_GRID;

  /** The words of the table: four values a word, the first one lowest. */
  public int[] words() {
    return switch (this) {
      case NONE -> new int[0];
      case IQ2_XXS_GRID -> packed(IQ2_XXS.GRID);
      case IQ2_XS_GRID -> packed(IQ2_XS.GRID);
      case IQ2_S_GRID -> packed(IQ2_S.GRID);
      case IQ3_XXS_GRID -> packed(IQ3_XXS.GRID);
      case IQ3_S_GRID -> packed(IQ3_S.GRID);
      case TERNARY_GRID -> packed(TernaryGrid.GRID);
    };
  }

  private static int[] packed(Grid grid) {
    byte[] values = grid.values();
    int[] words = new int[values.length / 4];
    for (int i = 0; i < values.length; i++) {
      words[i >> 2] |= (values[i] & 0xFF) << (8 * (i & 3));
    }
    return words;
  }
}
