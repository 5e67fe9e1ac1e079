package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.ints;

import io.wasmchord.jvm.machine.GridTable;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.ValueTable;

/**
 * IQ2 and IQ3: at most 16 values, recoded as indices of 4 bits into a table of them. To look up
 * eight at once in the grid, as the file has them, takes longer than to read twice the bytes.
 */
final class GridCode extends RecodedCode {
  private final TableNibbles nibbles;

  /** Of a format that has a grid. */
  static GridCode of(ScaledFormat format) {
    return new GridCode(format, GridTable.of(format).orElseThrow());
  }

  private GridCode(ScaledFormat format, ValueTable table) {
    super(format, new NibbleForm(format, true, table), NibbleForm.GROUP);
    this.nibbles = new TableNibbles(table);
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
