package io.wasmchord.jvm.machine;

/**
 * Blocks of 256 values that were written anew when a weight was loaded: a float for each row, words
 * of integer scales, a byte for each group, then the rest. Quants are 0 or more here, by a bias
 * that comes off at the end.
 */
abstract class RecodedWriter extends SuperblockWriter {
  private static final int HALVES = 2; // of a float
  private static final Zmm D = new Zmm(8);
  private static final Zmm MORE = new Zmm(10);

  private final int scaleWords;

  /**
   * @param scaleWords of 16 or 8 groups; none where there are no scales
   * @param words after them
   */
  RecodedWriter(int tokens, int scaleWords, int words) {
    super(tokens, HALVES, 4 * (1 + scaleWords + words));
    this.scaleWords = scaleWords;
  }

  /** Words of scales of so many groups. */
  static int scaleWords(int groups) {
    return groups / 4;
  }

  /** Multiplies the scaled sums of activations with what quants are too large by. */
  abstract void bias(Zmm sums);

  /** Scales are loaded where they are used. */
  @Override
  final void scales(int vector) {}

  /** Adds a group's sums to S, scaled if there are scales. */
  final void addGroup(int which, int vector, int group) {
    if (scaleWords > 0) {
      reload(QUANTS, group / 4, vector);
      scaled(which, vector, QUANTS, group % 4, false);
      return;
    }
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VPADDD, sum(vector, t), sum(vector, t), group(which, vector, t));
    }
  }

  @Override
  final void results(int vector) {
    boolean sixteens = scaleWords == scaleWords(16);
    int pairs = sixteens ? 8 : 4;
    for (int i = 0; i < scaleWords; i++) {
      load(QUANTS, i, vector);
      words(QUANTS, new Zmm(2 * i), new Zmm(2 * i + 1), false);
    }
    for (int i = 0; scaleWords == 0 && i < pairs; i++) {
      a.broadcast(new Zmm(i), 0x00010001);
    }
    load(D, Address.of(WEIGHTS, BYTES * vector), ahead());
    for (int t = 0; t < tokens; t++) {
      Zmm sum = sum(vector, t);
      a.zero(MORE);
      for (int i = 0; i < pairs; i++) {
        int sums = sixteens ? ActivationRecords.SUMS_16 : ActivationRecords.SUMS_32;
        a.each(Op.VPDPWSSD, MORE, new Zmm(i), x(t, sums + 4 * i));
      }
      bias(MORE);
      a.op(Op.VPSUBD, sum, sum, MORE);
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, D, sum);
      add(t, sum, vector);
    }
  }
}
