package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * TQ1_0, TQ2_0, IQ1_S and IQ1_M as fields of two bits: of word w field j is columns 16 w + 4 j on.
 * A field is a value and 1. IQ1's values are multiplied with 8 and moved up or down by 1: of groups
 * of 32 a scale is negative where they are moved down. Of groups of 16 a word before the fields has
 * a bit for every eight columns, set where they are moved up.
 */
final class TernaryWriter extends RecodedWriter {
  /** What a format has beside its fields. */
  enum Kind {
    /** No scales. */
    UNSCALED(256, 0),
    /** A signed scale for 32 columns. */
    THIRTY_TWOS(32, 0),
    /** A scale for 16 columns, and directions. */
    SIXTEENS(16, 1);

    private final int group;
    private final int directions;

    Kind(int group, int directions) {
      this.group = group;
      this.directions = directions;
    }

    /** Columns of a group. */
    int group() {
      return group;
    }

    /** Words of scales. */
    int scaleWords() {
      return this == UNSCALED ? 0 : RecodedWriter.scaleWords(256 / group);
    }

    /** The first word of fields. */
    int first() {
      return scaleWords() + directions;
    }
  }

  static final int WORDS = 16;
  static final int FIELDS = 0x03030303;
  static final int TIMES_8 = 0x18181818;
  static final int TWOS = 0x02020202;

  private static final int EIGHT = 3; // as a shift
  private static final Zmm OTHER = new Zmm(12);
  private static final Zmm UPS_MASK = new Zmm(14);
  private static final Zmm FIRST_BYTE = new Zmm(15);

  private final Kind kind;

  TernaryWriter(int tokens, Kind kind) {
    super(tokens, kind.scaleWords(), WORDS + kind.directions);
    this.kind = kind;
  }

  private boolean moved() {
    return kind == Kind.SIXTEENS;
  }

  /** A byte of each row's directions, in all four bytes. */
  private static Zmm ups(int vector) {
    return new Zmm(12 + vector);
  }

  @Override
  void begin() {
    a.broadcast(MASK, moved() ? TIMES_8 : FIELDS);
    if (moved()) {
      table(FIRST_BYTE, Block32Writer.FIRST_BYTES);
      a.broadcast(UPS_MASK, TWOS);
    }
  }

  @Override
  void scaleWord() {
    if (kind == Kind.THIRTY_TWOS) {
      a.op(Op.VPABSB, QUANTS, QUANTS);
    }
  }

  @Override
  void biases(int vector) {
    for (int i = 0; kind == Kind.THIRTY_TWOS && i < kind.scaleWords(); i++) {
      reload(QUANTS, i, vector);
      words(QUANTS, new Zmm(4 + 2 * i), new Zmm(5 + 2 * i), true);
    }
  }

  @Override
  void bias(int token, Zmm sum, Zmm sums) {
    if (moved()) { // quants are 9 more than values
      a.shift(Op.Shift.VPSLLD, HIGH, sums, EIGHT);
      a.op(Op.VPADDD, sums, sums, HIGH);
    }
    a.op(Op.VPSUBD, sum, sum, sums);
    if (kind == Kind.THIRTY_TWOS) {
      a.shift(Op.Shift.VPSLLD, sum, sum, EIGHT);
      scaledSums(OTHER, 4, 4, token);
      a.op(Op.VPADDD, sum, sum, OTHER);
    }
  }

  @Override
  void products(List<Integer> vectors) {
    int inGroup = Math.min(4, kind.group() / 16); // words
    int sums = kind == Kind.UNSCALED ? 2 : 1;
    for (int w = 0; w < WORDS; w++) {
      if (w % inGroup == 0) {
        clear(sums, vectors);
      }
      for (int vector : vectors) {
        if (moved() && w % 4 == 0) {
          ups(w / 4, vector);
        }
        load(QUANTS, kind.first() + w, vector);
        for (int j = 0; j < 4; j++) {
          if (moved() && j % 2 == 0) {
            up((w * 2 + j / 2) % 8, vector);
          }
          field(j);
          multiply(j % sums, vector, LOW, 16 * w + 4 * j);
        }
      }
      if ((w + 1) % inGroup == 0) {
        for (int vector : vectors) {
          for (int which = 0; which < sums; which++) {
            addGroup(which, vector, w / inGroup);
          }
        }
      }
    }
  }

  private void ups(int index, int vector) {
    Zmm ups = ups(vector);
    reload(ups, kind.scaleWords(), vector);
    a.shift(Op.Shift.VPSRLD, ups, ups, 8 * index);
    a.op(Op.VPSHUFB, ups, ups, FIRST_BYTE);
  }

  /** Twice a bit in every byte of {@link #HIGH}, beside other bits. */
  private void up(int bit, int vector) {
    if (bit == 0) {
      a.shift(Op.Shift.VPSLLD, HIGH, ups(vector), 1);
    } else {
      a.shift(Op.Shift.VPSRLD, HIGH, ups(vector), bit - 1);
    }
  }

  private void field(int j) {
    int right = 2 * j - (moved() ? EIGHT : 0);
    if (right < 0) {
      a.shift(Op.Shift.VPSLLD, LOW, QUANTS, -right);
    } else {
      a.shift(Op.Shift.VPSRLD, LOW, QUANTS, right);
    }
    a.op(Op.VPANDD, LOW, LOW, MASK);
    if (moved()) {
      merge(LOW, HIGH, UPS_MASK);
    }
  }
}
