package io.wasmchord.jvm.machine;

/** As {@link TernaryWriter}, of 256-bit registers. */
final class YmmTernaryWriter extends YmmRecodedWriter {
  private static final int FITTING =
      4; // products of quants to 18, as 18 * 127 * 2 * 4 fits 16 bits
  private static final int TOGETHER = 16; // of others
  private static final int EIGHT = 3; // as a shift
  private static final Ymm UPS = new Ymm(12);
  private static final Ymm OTHER = new Ymm(12);

  private final TernaryWriter.Kind kind;

  YmmTernaryWriter(int tokens, boolean vnni, TernaryWriter.Kind kind) {
    super(
        tokens,
        vnni,
        kind.scaleWords(),
        TernaryWriter.WORDS + kind.first() - kind.scaleWords(),
        kind == TernaryWriter.Kind.SIXTEENS ? FITTING : TOGETHER);
    this.kind = kind;
  }

  private boolean moved() {
    return kind == TernaryWriter.Kind.SIXTEENS;
  }

  private boolean signed() {
    return kind == TernaryWriter.Kind.THIRTY_TWOS;
  }

  @Override
  boolean biased() {
    return true;
  }

  @Override
  void scaleWord() {
    if (signed()) {
      a.op(Op.VPABSB, LOW, LOW);
    }
  }

  @Override
  void biases(int vector) {
    for (int i = 0; signed() && i < kind.scaleWords(); i++) {
      reload(LOW, i, vector);
      words(LOW, new Ymm(4 + 2 * i), new Ymm(5 + 2 * i), true);
    }
  }

  @Override
  void bias(int token, Ymm sum, Ymm sums) {
    if (moved()) { // quants are 9 more than values
      a.shift(Op.Shift.VPSLLD, LOW, sums, EIGHT);
      a.op(Op.VPADDD, sums, sums, LOW);
    }
    a.op(Op.VPSUBD, sum, sum, sums);
    if (signed()) {
      a.shift(Op.Shift.VPSLLD, sum, sum, EIGHT);
      scaledSums(OTHER, 4, 4, token);
      a.op(Op.VPADDD, sum, sum, OTHER);
    }
  }

  @Override
  void products() {
    int all = Math.min(TOGETHER, kind.group() / 4); // products of a group
    for (int w = 0; w < TernaryWriter.WORDS; w++) {
      for (int vector = 0; vector < vectors(); vector++) {
        load(QUANTS, kind.first() + w, vector);
        for (int j = 0; j < 4; j++) {
          if (moved() && j % 2 == 0) {
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
    reload(UPS, kind.scaleWords(), vector);
    a.op(Op.VPSHUFB, UPS, UPS, a.constant(places));
    int bit = eight % 8;
    if (bit != 1) {
      a.shift(bit == 0 ? Op.Shift.VPSLLD : Op.Shift.VPSRLD, UPS, UPS, bit == 0 ? 1 : bit - 1);
    }
    a.op(Op.VPANDD, UPS, UPS, a.lanes(TernaryWriter.TWOS));
  }

  private void field(int j) {
    int right = 2 * j - (moved() ? EIGHT : 0);
    if (right < 0) {
      a.shift(Op.Shift.VPSLLD, LOW, QUANTS, -right);
    } else {
      a.shift(Op.Shift.VPSRLD, LOW, QUANTS, right);
    }
    a.op(Op.VPANDD, LOW, LOW, a.lanes(moved() ? TernaryWriter.TIMES_8 : TernaryWriter.FIELDS));
    if (moved()) {
      a.op(Op.VPORD, LOW, LOW, UPS);
    }
  }
}
