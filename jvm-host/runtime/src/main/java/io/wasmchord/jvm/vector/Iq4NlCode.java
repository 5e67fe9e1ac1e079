package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.IQ4_NL;

/** IQ4_NL: four words of nibbles that index a table. */
final class Iq4NlCode extends Block32Code {
  private static final short[] VALUES = table();

  private final int indicesAt;

  Iq4NlCode(IQ4_NL format) {
    super(format, 0);
    indicesAt = firstWord("indices");
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    for (int j = 0; j < s.blocks; j++) {
      nibbles(word(s, j, indicesAt), 4, s.panel, 16 * j, 16 * j + 8);
    }
    lookUp(s.panel, 16 * s.blocks);
  }

  private static short[] table() {
    short[] values = new short[IQ4_NL.TABLE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = IQ4_NL.TABLE.value(i);
    }
    return values;
  }

  /** Replaces the indices of the panel's first {@code pairs} pairs by the table's values. */
  static void lookUp(Panel panel, int pairs) {
    short[] quants = panel.quants;
    for (int i = 0; i < Panel.pair(pairs, 0); i++) {
      quants[i] = VALUES[quants[i]];
    }
  }
}
