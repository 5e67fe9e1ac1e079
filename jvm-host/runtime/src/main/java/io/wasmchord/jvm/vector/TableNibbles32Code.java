package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.PlainFormat;
import io.wasmchord.quant.format.ValueTable;

/** IQ4_NL and MXFP4: four words of nibbles that index a table. */
abstract class TableNibbles32Code extends Block32Code {
  private final TableNibbles nibbles;
  private final int indicesAt;

  TableNibbles32Code(PlainFormat format, ValueTable table) {
    super(format, 0);
    nibbles = new TableNibbles(table);
    indicesAt = firstWord("indices");
  }

  @Override
  final Stage[] quants() {
    return new Stage[] {
      s -> {
        for (int j = 0; j < s.blocks; j++) {
          nibbles.unpack(word(s, j, indicesAt), s.panel, 16 * j);
        }
      }
    };
  }

  /** A stage for each kind of table: one that had both would be more than is inlined. */
  @Override
  final Stage[] dot(Activations x) {
    Stage sums =
        nibbles.small()
            ? s -> {
              for (int j = 0; j < s.blocks; j++) {
                nibbles.small(word(s, j, indicesAt), x.pairs(), s.at + 16 * j, s.whole, j * ROWS);
              }
            }
            : s -> {
              for (int j = 0; j < s.blocks; j++) {
                nibbles.large(word(s, j, indicesAt), x.pairs(), s.at + 16 * j, s.whole, j * ROWS);
              }
            };
    return new Stage[] {sums};
  }
}
