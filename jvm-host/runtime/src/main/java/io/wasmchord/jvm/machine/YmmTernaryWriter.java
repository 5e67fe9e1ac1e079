package io.wasmchord.jvm.machine;

/** As {@link TernaryWriter}, of 256-bit registers. */
final class YmmTernaryWriter extends YmmRecodedWriter {
  private static final int FITTING = 4; // of IQ1's quants: 18 * 127 * 2 * 4 fits 16 bits
  private static final int TOGETHER = 16; // products of four columns of others
  private static final Ymm UPS = new Ymm(12);

  private final int group;
  private final boolean moved;

  /**
   * @param group columns that share a scale, or {@link TernaryWriter#UNSCALED}
   */
  YmmTernaryWriter(int tokens, boolean vnni, int group) {
    this(tokens, vnni, group, group < TernaryWriter.UNSCALED);
  }

  private YmmTernaryWriter(int tokens, boolean vnni, int group, boolean moved) {
    super(
        tokens,
        vnni,
        TernaryWriter.wordsOfScales(group),
        TernaryWriter.WORDS + (moved ? 1 : 0),
        moved ? FITTING : TOGETHER);
    this.group = group;
    this.moved = moved;
  }

  @Override
  boolean biased() {
    return true;
  }

  @Override
  void bias(Ymm sums) {
    if (moved) {
      a.shift(Op.Shift.VPSLLD, LOW, sums, 3);
      a.op(Op.VPADDD, sums, sums, LOW);
    }
  }

  @Override
  void products() {
    int all = moved ? group / 4 : TOGETHER; // products of a group
    int first = moved ? TernaryWriter.wordsOfScales(group) + 1 : 0;
    for (int w = 0; w < TernaryWriter.WORDS; w++) {
      for (int vector = 0; vector < vectors(); vector++) {
        load(QUANTS, first + w, vector);
        for (int j = 0; j < 4; j++) {
          if (moved && j % 2 == 0) {
            up(w * 2 + j / 2, vector);
          }
          field(j);
          multiply(0, vector, LOW, 16 * w + 4 * j, (4 * w + j) % all);
        }
        int done = (4 * w + 3) % all + 1;
        if (full(done, all)) {
          addGroup(0, vector, 4 * w / all);
        }
      }
    }
  }

  /** Twice the bit of eight columns in every byte of {@link #UPS}. */
  private void up(int eight, int vector) {
    byte[] places = Block32Writer.FIRST_BYTES.clone();
    for (int i = 0; i < places.length; i++) {
      places[i] += (byte) (eight / 8);
    }
    reload(UPS, TernaryWriter.wordsOfScales(group), vector);
    a.op(Op.VPSHUFB, UPS, UPS, a.constant(places));
    int bit = eight % 8;
    if (bit != 1) {
      a.shift(bit == 0 ? Op.Shift.VPSLLD : Op.Shift.VPSRLD, UPS, UPS, bit == 0 ? 1 : bit - 1);
    }
    a.op(Op.VPANDD, UPS, UPS, a.lanes(TernaryWriter.TWOS));
  }

  private void field(int j) {
    int right = 2 * j - (moved ? 3 : 0);
    if (right < 0) {
      a.shift(Op.Shift.VPSLLD, LOW, QUANTS, -right);
    } else {
      a.shift(Op.Shift.VPSRLD, LOW, QUANTS, right);
    }
    a.op(Op.VPANDD, LOW, LOW, a.lanes(moved ? TernaryWriter.TIMES_8 : TernaryWriter.FIELDS));
    if (moved) {
      a.op(Op.VPORD, LOW, LOW, UPS);
    }
  }
}
