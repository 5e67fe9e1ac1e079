package io.wasmchord.jvm.machine;

/** Loads what a tile of sums multiplies: for each term one register of sixteen values, or two. */
abstract class FloatLoads {
  static final Gpr WEIGHTS = Gpr.RDI;

  /** Where the first and second register are put. */
  static final Zmm[] VALUES = {new Zmm(24), new Zmm(25)};

  private static final Zmm[] SCALES = {new Zmm(30), new Zmm(31)};
  private static final Zmm MASK = new Zmm(30);

  /** Whether memory is read once and in order, and is to be asked for ahead. */
  boolean ahead() {
    return false;
  }

  /** Before all terms. */
  void begin(Assembler a) {}

  /** Terms of a run, where terms come in runs. */
  int terms() {
    throw new UnsupportedOperationException("no runs");
  }

  /** Goes from the end of a run, of the first register's values, to the next run. */
  void skip(Assembler a, int registers) {}

  /** Terms of a block within a run, which have something in common. */
  int inner() {
    return 1;
  }

  /** Before a block's terms. */
  void block(Assembler a, int registers) {}

  /** Loads a term's values and goes to the next. */
  abstract void load(Assembler a, int registers);

  /**
   * Sixteen values a register, of float32 or binary16.
   *
   * @param step bytes from a term to the next
   * @param second bytes from the first register's values to the second's
   */
  static FloatLoads values(boolean halves, int step, int second) {
    return new Plain(halves, step, second);
  }

  /**
   * Keys of float32 or binary16, of sixteen positions a register, dimension by dimension.
   *
   * @param terms dimensions
   */
  static FloatLoads keys(boolean halves, int terms) {
    int step = halves ? 32 : 64;
    return new Plain(halves, step, step * terms) {
      @Override
      int terms() {
        return terms;
      }

      @Override
      void skip(Assembler a, int registers) {
        a.add(WEIGHTS, (registers - 1) * step * terms);
      }
    };
  }

  private static class Plain extends FloatLoads {
    private final Op op;
    private final int step;
    private final int second;

    Plain(boolean halves, int step, int second) {
      this.op = halves ? Op.VCVTPH2PS : Op.VMOVUPS_LOAD;
      this.step = step;
      this.second = second;
    }

    @Override
    void load(Assembler a, int registers) {
      for (int v = 0; v < registers; v++) {
        a.op(op, VALUES[v], Address.of(WEIGHTS, v * second));
      }
      a.add(WEIGHTS, step);
    }
  }

  /**
   * Weights as they are interleaved: float32 of 32 rows, or 16-bit values of which a 32-bit lane
   * holds one of each register's.
   */
  static FloatLoads rows(Widening widening) {
    return new FloatLoads() {
      @Override
      boolean ahead() {
        return true;
      }

      @Override
      void begin(Assembler a) {
        if (widening == Widening.UPPER_HALF) {
          a.broadcast(MASK, 0xFFFF0000);
        }
      }

      @Override
      void load(Assembler a, int registers) {
        a.op(Op.VMOVUPS_LOAD, VALUES[0], Address.of(WEIGHTS, 0));
        switch (widening) {
          case NONE -> a.op(Op.VMOVUPS_LOAD, VALUES[1], Address.of(WEIGHTS, KernelWriter.BYTES));
          case HALF -> {
            a.shift(Op.Shift.VPSRLD, VALUES[1], VALUES[0], 16);
            for (Zmm value : VALUES) {
              a.op(Op.VPMOVDW, value, value);
              a.op(Op.VCVTPH2PS, value, value);
            }
          }
          case UPPER_HALF -> {
            a.op(Op.VPANDD, VALUES[1], VALUES[0], MASK);
            a.shift(Op.Shift.VPSLLD, VALUES[0], VALUES[0], 16);
          }
        }
        a.add(WEIGHTS, widening.bytes);
      }
    };
  }

  /** How weights become float32. */
  enum Widening {
    NONE(2 * KernelWriter.BYTES),
    /** Of binary16. */
    HALF(KernelWriter.BYTES),
    /** Of bfloat16. */
    UPPER_HALF(KernelWriter.BYTES);

    private final int bytes; // of a term

    Widening(int bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Keys of int8 in blocks of 32 dimensions: of sixteen positions their binary16 scales, then their
   * values, dimension by dimension.
   */
  static FloatLoads quantizedKeys(int terms) {
    int second = terms / 32 * (2 + 32) * 16;
    return new FloatLoads() {
      @Override
      int terms() {
        return terms;
      }

      @Override
      int inner() {
        return 32;
      }

      @Override
      void skip(Assembler a, int registers) {
        a.add(WEIGHTS, (registers - 1) * second);
      }

      @Override
      void block(Assembler a, int registers) {
        for (int v = 0; v < registers; v++) {
          a.op(Op.VCVTPH2PS, SCALES[v], Address.of(WEIGHTS, v * second));
        }
        a.add(WEIGHTS, 32);
      }

      @Override
      void load(Assembler a, int registers) {
        for (int v = 0; v < registers; v++) {
          integers(a, VALUES[v], Address.of(WEIGHTS, v * second));
          a.op(Op.VMULPS, VALUES[v], VALUES[v], SCALES[v]);
        }
        a.add(WEIGHTS, 16);
      }
    };
  }

  /** A block of 32 dimensions of a value of int8, {@code step} bytes before the next value's. */
  static FloatLoads quantizedValues(int step) {
    return new FloatLoads() {
      @Override
      void load(Assembler a, int registers) {
        a.op(Op.VPBROADCASTW_LOAD, SCALES[0], Address.of(WEIGHTS, 0));
        a.op(Op.VCVTPH2PS, SCALES[0], SCALES[0]);
        for (int v = 0; v < registers; v++) {
          integers(a, VALUES[v], Address.of(WEIGHTS, 2 + 16 * v));
          a.op(Op.VMULPS, VALUES[v], VALUES[v], SCALES[0]);
        }
        a.add(WEIGHTS, step);
      }
    };
  }

  private static void integers(Assembler a, Zmm dst, Address bytes) {
    a.op(Op.VPMOVSXBD, dst, bytes);
    a.op(Op.VCVTDQ2PS, dst, dst);
  }
}
