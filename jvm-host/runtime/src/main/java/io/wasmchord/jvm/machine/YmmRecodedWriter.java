package io.wasmchord.jvm.machine;

/** As {@link RecodedWriter}, of 256-bit registers. */
abstract class YmmRecodedWriter extends YmmSuperblockWriter {
  private static final int HALVES = 2; // of a float
  private static final Ymm MORE = QUANTS;

  private final int scaleWords;

  /**
   * @param scaleWords of 16 or 8 groups; none where there are no scales
   * @param words after them
   * @param fitting words of quants whose products fit 16 bits
   */
  YmmRecodedWriter(int tokens, boolean vnni, int scaleWords, int words, int fitting) {
    super(tokens, vnni, HALVES, 4 * (1 + scaleWords + words), fitting);
    this.scaleWords = scaleWords;
  }

  /**
   * Takes off S what quants are too large by; {@link #LOW} is free.
   *
   * @param sums of activations, scaled; may be changed
   */
  abstract void bias(int token, Ymm sum, Ymm sums);

  /** Makes what {@link #bias} needs, in registers 4 to 7. */
  void biases(int vector) {}

  /** Whether the sums of 16 activations are multiplied with scales, not those of 32. */
  private boolean sixteens() {
    return scaleWords == RecodedWriter.scaleWords(16);
  }

  /** Sums of activations, scaled by pairs of words in so many registers. */
  final void scaledSums(Ymm dst, int first, int pairs, int token) {
    a.zero(dst);
    for (int i = 0; i < pairs; i++) {
      int sums = sixteens() ? ActivationRecords.SUMS_16 : ActivationRecords.SUMS_32;
      addWords(dst, new Ymm(first + i), each(token, sums + 4 * i));
    }
  }

  /** Whether quants are too large by something. */
  abstract boolean biased();

  /** Floats stand as they are where two 16-bit fields would. */
  @Override
  final void field(int half, Ymm dst, Address field, boolean upper) {
    if (half == 0) {
      load(dst, Address.of(WEIGHTS, upper ? BYTES : 0), ahead());
    }
  }

  /** Scales are loaded where they are used. */
  @Override
  final void scales(int vector) {}

  /** Where a group's scale is one of four bytes. */
  final Address scale(int group, int vector) {
    return word(group / 4, vector);
  }

  /** Adds a group's sums to S, scaled if there are scales. */
  final void addGroup(int which, int vector, int group) {
    if (scaleWords > 0) {
      scaled(which, vector, scale(group, vector), group % 4, false);
      return;
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = group(which, vector, t);
      if (!vnni) {
        a.op(Op.VPMADDWD, sum, sum, ones);
      }
      a.op(Op.VPADDD, sum(vector, t), sum(vector, t), sum);
    }
  }

  @Override
  final void results(int vector) {
    int pairs = sixteens() ? 8 : 4;
    for (int i = 0; biased() && i < scaleWords; i++) {
      load(LOW, i, vector);
      scaleWord();
      words(LOW, new Ymm(2 * i), new Ymm(2 * i + 1), false);
    }
    for (int i = 0; scaleWords == 0 && i < pairs; i++) {
      a.op(Op.VMOVUPS_LOAD, new Ymm(i), ones);
    }
    biases(vector);
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      if (biased()) {
        scaledSums(MORE, 0, pairs, t);
        bias(t, sum, MORE);
      }
      a.op(Op.VCVTDQ2PS, sum, sum);
      floats(LOW, 0, vector);
      a.op(Op.VMULPS, sum, LOW, sum);
      add(t, sum, vector);
    }
  }
}
