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

  /** Whether the sums of 16 activations are multiplied with scales, not those of 32. */
  private boolean sixteens() {
    return scaleWords == scaleWords(16);
  }

  /** Words of scales of so many groups. */
  static int scaleWords(int groups) {
    return groups / 4;
  }

  /**
   * Takes off S what quants are too large by.
   *
   * @param sums of activations, scaled; may be changed
   */
  abstract void bias(int token, Zmm sum, Zmm sums);

  /** Makes what {@link #bias} needs, in registers 4 to 7. */
  void biases(int vector) {}

  /** Scales are loaded where they are used. */
  @Override
  final void scales(int vector) {}

  /** Adds a group's sums to S, scaled if there are scales. */
  final void addGroup(int which, int vector, int group) {
    if (scaleWords > 0) {
      reload(QUANTS, group / 4, vector);
      scaleWord();
      scaled(which, vector, QUANTS, group % 4, false);
      return;
    }
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VPADDD, sum(vector, t), sum(vector, t), group(which, vector, t));
    }
  }

  /** Makes scales of a word of them in {@link #QUANTS}. */
  void scaleWord() {}

  /** Sums of activations, scaled by pairs of words in so many registers. */
  final void scaledSums(Zmm dst, int first, int pairs, int token) {
    a.zero(dst);
    for (int i = 0; i < pairs; i++) {
      int sums = sixteens() ? ActivationRecords.SUMS_16 : ActivationRecords.SUMS_32;
      a.each(Op.VPDPWSSD, dst, new Zmm(first + i), x(token, sums + 4 * i));
    }
  }

  @Override
  final void results(int vector) {
    int pairs = sixteens() ? 8 : 4;
    for (int i = 0; i < scaleWords; i++) {
      load(QUANTS, i, vector);
      scaleWord();
      words(QUANTS, new Zmm(2 * i), new Zmm(2 * i + 1), false);
    }
    for (int i = 0; scaleWords == 0 && i < pairs; i++) {
      a.broadcast(new Zmm(i), 0x00010001);
    }
    biases(vector);
    load(D, Address.of(WEIGHTS, BYTES * vector), ahead());
    for (int t = 0; t < tokens; t++) {
      Zmm sum = sum(vector, t);
      scaledSums(MORE, 0, pairs, t);
      bias(t, sum, MORE);
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, D, sum);
      add(t, sum, vector);
    }
  }
}
