package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.ints;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.ValueTable;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * IQ2 and IQ3: at most 16 values, recoded as indices of 4 bits into a table of them. To look up
 * eight at once in the grid, as the file has them, takes longer than to read twice the bytes.
 */
final class GridCode extends RecodedCode {
  private final TableNibbles nibbles;

  private GridCode(ScaledFormat format, ValueTable table) {
    super(format, new NibbleForm(format, true, table), NibbleForm.GROUP);
    this.nibbles = new TableNibbles(table);
  }

  /** Of a grid's values and their negatives. */
  static GridCode signed(ScaledFormat format, Grid grid) {
    TreeSet<Integer> values = new TreeSet<>();
    for (byte value : grid.values()) {
      values.add((int) value);
      values.add(-value);
    }
    return of(format, values);
  }

  private static GridCode of(ScaledFormat format, Set<Integer> values) {
    byte[] table = new byte[16];
    int count = 0;
    for (int value : values) {
      table[count++] = (byte) value;
    }
    Arrays.fill(table, count, table.length, table[count - 1]);
    return new GridCode(format, new ValueTable(table));
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::scale, this::fill};
  }

  private void fill(KernelScratch s) {
    long from = integerScales(s);
    for (int u = 0; u < 8; u++) {
      ints(from + (long) u * BYTES).intoArray(s.panel.scales, u * LANES);
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int g = 0; g < 8; g++) {
          nibbles.unpack(unit(s, g), s.panel, 16 * g);
        }
      }
    };
  }

  /** A stage for each kind of table: one that had both would be more than is inlined. */
  @Override
  Stage[] dot(Activations x) {
    Stage sums =
        nibbles.smallHalves()
            ? s -> {
              for (int g = 0; g < 8; g++) {
                nibbles.halves(unit(s, g), x.pairs(), s.at + 16 * g, s.whole, 2 * g * ROWS);
              }
            }
            : s -> {
              for (int g = 0; g < 8; g++) {
                nibbles.wideHalves(unit(s, g), x.pairs(), s.at + 16 * g, s.whole, 2 * g * ROWS);
              }
            };
    return new Stage[] {sums, new Epilogue.ScaledWhole(16)};
  }

  @Override
  boolean dotScales() {
    return true;
  }
}
