package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.floats;
import static io.wasmchord.jvm.vector.Lanes.ints;

import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.ValueTable;

/**
 * Formats of grids, as {@link Recoding} leaves them: looking each index up in a grid would take
 * longer than reading twice the bytes.
 */
final class RecodedCode extends BlockCode {
  private final ScaledFormat format;
  private final ValueTable table;
  private final TableNibbles nibbles;

  /**
   * @param table all values that a block can have
   */
  RecodedCode(ScaledFormat format, ValueTable table) {
    super(format, 0, Recoding.GROUP);
    this.format = format;
    this.table = table;
    this.nibbles = new TableNibbles(table);
  }

  @Override
  BlockForm form() {
    return new Recoding(format, table);
  }

  @Override
  void d(KernelScratch s) {
    floats(s.address).intoArray(s.panel.d, 0);
    floats(s.address + BYTES).intoArray(s.panel.d, LANES);
  }

  @Override
  Stage[] scales() {
    return new Stage[] {this::d, RecodedCode::fill};
  }

  private static void fill(KernelScratch s) {
    for (int u = 0; u < 8; u++) {
      ints(s.address + Recoding.SCALES_AT + (long) u * BYTES)
          .intoArray(s.panel.scales, u * LANES);
    }
  }

  @Override
  Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int g = 0; g < 8; g++) {
          nibbles.unpack(word(s, 4 * g), s.panel, 16 * g);
        }
      }
    };
  }

  @Override
  Stage[] dot(int[] x) {
    return new Stage[] {s -> nibbles.scaled(word(s, 0), x, s.at, s.panel.scales, s.scaled)};
  }

  private static long word(KernelScratch s, int index) {
    return s.address + Recoding.WORDS_AT + (long) index * 2 * BYTES;
  }

  @Override
  boolean dotScales() {
    return true;
  }
}
