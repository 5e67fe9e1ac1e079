package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * TQ1_0, TQ2_0, IQ1_S and IQ1_M as fields of two bits: of word w field j is columns 16 w + 4 j on.
 * A field is a value and 1. IQ1's are multiplied with 8 and moved up or down by 1: between the
 * scales and the fields a word has a bit for every eight columns, set where they are moved up.
 */
final class TernaryWriter extends RecodedWriter {
  /** In place of a group, where there are no scales. */
  static final int UNSCALED = 256;

  static final int WORDS = 16;
  static final int FIELDS = 0x03030303;
  static final int TIMES_8 = 0x18181818;
  static final int TWOS = 0x02020202;

  private static final Zmm UPS = new Zmm(13);
  private static final Zmm UPS_MASK = new Zmm(14);
  private static final Zmm FIRST_BYTE = new Zmm(15);

  private final int group;
  private final boolean moved;

  /**
   * @param group columns that share a scale, or {@link #UNSCALED}
   */
  TernaryWriter(int tokens, int group) {
    super(tokens, wordsOfScales(group), WORDS + (group < UNSCALED ? 1 : 0));
    this.group = group;
    this.moved = group < UNSCALED;
  }

  /** Words of scales. */
  static int wordsOfScales(int group) {
    return group < UNSCALED ? scaleWords(256 / group) : 0;
  }

  @Override
  void begin() {
    a.broadcast(MASK, moved ? TIMES_8 : FIELDS);
    if (moved) {
      table(FIRST_BYTE, Block32Writer.FIRST_BYTES);
      a.broadcast(UPS_MASK, TWOS);
    }
  }

  /** IQ1's quants are 9 more than values, others 1. */
  @Override
  void bias(Zmm sums) {
    if (moved) {
      a.shift(Op.Shift.VPSLLD, HIGH, sums, 3);
      a.op(Op.VPADDD, sums, sums, HIGH);
    }
  }

  @Override
  void products(List<Integer> vectors) {
    int inGroup = moved ? group / 16 : 4; // words
    int first = moved ? wordsOfScales(group) + 1 : 0;
    for (int w = 0; w < WORDS; w++) {
      if (w % inGroup == 0) {
        clear(moved ? 1 : 2, vectors);
      }
      for (int vector : vectors) {
        load(QUANTS, first + w, vector);
        for (int j = 0; j < 4; j++) {
          if (moved && j % 2 == 0) {
            up(w * 2 + j / 2, vector);
          }
          field(j);
          multiply(moved ? 0 : j % 2, vector, LOW, 16 * w + 4 * j);
        }
      }
      if ((w + 1) % inGroup == 0) {
        for (int vector : vectors) {
          addGroup(0, vector, w / inGroup);
          if (!moved) {
            addGroup(1, vector, w / inGroup);
          }
        }
      }
    }
  }

  /** Twice the bit of eight columns, in every byte of {@link #HIGH}, beside other bits. */
  private void up(int eight, int vector) {
    reload(UPS, wordsOfScales(group), vector);
    if (eight >= 8) {
      a.shift(Op.Shift.VPSRLD, UPS, UPS, eight / 8 * 8);
    }
    a.op(Op.VPSHUFB, HIGH, UPS, FIRST_BYTE);
    int bit = eight % 8;
    if (bit != 1) {
      a.shift(bit == 0 ? Op.Shift.VPSLLD : Op.Shift.VPSRLD, HIGH, HIGH, bit == 0 ? 1 : bit - 1);
    }
  }

  private void field(int j) {
    int right = 2 * j - (moved ? 3 : 0);
    if (right < 0) {
      a.shift(Op.Shift.VPSLLD, LOW, QUANTS, -right);
    } else {
      a.shift(Op.Shift.VPSRLD, LOW, QUANTS, right);
    }
    a.op(Op.VPANDD, LOW, LOW, MASK);
    if (moved) {
      merge(LOW, HIGH, UPS_MASK);
    }
  }
}
