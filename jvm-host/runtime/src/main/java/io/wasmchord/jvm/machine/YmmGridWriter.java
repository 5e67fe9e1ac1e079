package io.wasmchord.jvm.machine;

/**
 * As {@link GridWriter}, of 256-bit registers. Without AVX-VNNI the signs of values go to the
 * activations, and every pair of products is multiplied with its scale at once.
 */
final class YmmGridWriter extends YmmRecodedWriter {
  private static final int SCALE_WORDS = GridWriter.SCALE_WORDS;
  private static final Ymm MAGNITUDE = new Ymm(4);
  private static final Ymm TABLE = new Ymm(12);

  private final byte[] table;
  private final boolean shared;

  /**
   * @param table the values
   * @param shared whether two groups always have the same scale
   */
  YmmGridWriter(int tokens, boolean vnni, byte[] table, boolean shared) {
    super(tokens, vnni, SCALE_WORDS, GridWriter.WORDS, 1);
    this.table = table.clone();
    this.shared = shared;
  }

  @Override
  void begin() {
    a.op(Op.VMOVUPS_LOAD, TABLE, a.constant(vnni ? BlockQuants.above(table) : table));
  }

  @Override
  boolean biased() {
    return vnni;
  }

  @Override
  void bias(int token, Ymm sum, Ymm sums) {
    a.shift(Op.Shift.VPSLLD, sums, sums, GridWriter.BIAS_BITS);
    a.op(Op.VPSUBD, sum, sum, sums);
  }

  @Override
  void products() {
    int second = shared ? 0 : 1;
    for (int g = 0; g < GridWriter.GROUPS; g += 2) {
      for (int which = 0; !vnni && which <= second; which++) {
        for (int vector = 0; vector < vectors(); vector++) {
          Ymm scale = pairScale(which, vector);
          a.op(Op.VMOVUPS_LOAD, scale, scale(g, vector));
          a.op(Op.VPSHUFB, scale, scale, a.constant(twice((g + which) % 4, false)));
        }
      }
      for (int w = 0; w < 4; w++) {
        for (int vector = 0; vector < vectors(); vector++) {
          load(QUANTS, SCALE_WORDS + 2 * g + w, vector);
          a.op(Op.VPANDD, LOW, QUANTS, fifteens);
          values(0, vector, 16 * g + 4 * w, w);
          a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4);
          a.op(Op.VPANDD, LOW, LOW, fifteens);
          values(second, vector, 16 * g + 16 + 4 * w, shared ? w + 4 : w);
        }
      }
      for (int which = 0; vnni && which <= second; which++) {
        for (int vector = 0; vector < vectors(); vector++) {
          addGroup(which, vector, g + which);
        }
      }
    }
  }

  /** Both words of each lane a scale; the sums of groups have no use without AVX-VNNI. */
  private static Ymm pairScale(int which, int vector) {
    return new Ymm(2 * which + vector);
  }

  private void values(int which, int vector, int column, int word) {
    a.op(Op.VPSHUFB, LOW, TABLE, LOW);
    if (vnni) {
      multiply(which, vector, LOW, column, word);
      return;
    }
    a.op(Op.VPABSB, MAGNITUDE, LOW);
    for (int t = 0; t < tokens; t++) {
      Ymm x = each(t, column);
      a.op(Op.VPSIGNB, x, x, LOW);
      a.op(Op.VPMADDUBSW, x, MAGNITUDE, x);
      addWords(sum(vector, t), pairScale(which, vector), x);
    }
  }
}
