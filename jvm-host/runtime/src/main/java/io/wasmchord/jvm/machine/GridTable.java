package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.quant.format.IQ2_XXS;
import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.quant.format.IQ3_XXS;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.ValueTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;

/** The values that a format's grid is made of: few enough for indices of four bits. */
public final class GridTable {
  private static final int SIZE = 16;

  private GridTable() {}

  /** The values of IQ2 or IQ3, from the least on; the last one repeats. Others have none. */
  public static Optional<ValueTable> of(IntegerFormat format) {
    return switch (format) {
      case IQ2_XXS f -> Optional.of(signed(IQ2_XXS.GRID));
      case IQ2_XS f -> Optional.of(signed(IQ2_XS.GRID));
      case IQ2_S f -> Optional.of(signed(IQ2_S.GRID));
      case IQ3_XXS f -> Optional.of(signed(IQ3_XXS.GRID));
      case IQ3_S f -> Optional.of(signed(IQ3_S.GRID));
      default -> Optional.empty();
    };
  }

  /** A grid's values and their negatives. */
  private static ValueTable signed(Grid grid) {
    TreeSet<Integer> values = new TreeSet<>();
    for (byte value : grid.values()) {
      values.add((int) value);
      values.add(-value);
    }
    byte[] table = new byte[SIZE];
    int count = 0;
    for (int value : values) {
      table[count++] = (byte) value;
    }
    Arrays.fill(table, count, SIZE, table[count - 1]);
    return new ValueTable(table);
  }
}
