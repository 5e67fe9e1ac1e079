package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;

/** Loads what a tile of sums multiplies: for each term one register of values, or two. */
abstract class FloatLoads {
  static final Gpr WEIGHTS = Gpr.RDI;

  /** Whether memory is read once and in order, and is to be asked for ahead. */
  boolean ahead() {
    return false;
  }

  /** Before all terms. */
  void begin(FloatLanes a) {}

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
  void block(FloatLanes a, int registers) {}

  /** Loads a term's values and goes to the next. */
  abstract void load(FloatLanes a, int registers);

  /**
   * Values of float32 or binary16.
   *
   * @param step bytes from a term to the next
   * @param second bytes from the first register's values to the second's
   */
  static FloatLoads values(boolean halves, int step, int second) {
    return new Plain(halves, step, second);
  }

  /**
   * Keys of float32 or binary16, of a register's positions each, dimension by dimension.
   *
   * @param lanes of a register
   * @param terms dimensions
   */
  static FloatLoads keys(int lanes, boolean halves, int terms) {
    int step = (halves ? 2 : 4) * lanes;
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
    void load(FloatLanes a, int registers) {
      for (int v = 0; v < registers; v++) {
        a.op(op, value(a, v), Address.of(WEIGHTS, v * second));
      }
      a.code().add(WEIGHTS, step);
    }
  }

  /**
   * Weights as they are interleaved: float32 of one register and then the other, or 16-bit values
   * of which a 32-bit lane holds one of each register's.
   */
  static FloatLoads rows(Widening widening) {
    return new FloatLoads() {
      @Override
      boolean ahead() {
        return true;
      }

      @Override
      void begin(FloatLanes a) {
        if (widening == Widening.UPPER_HALF) {
          a.broadcast(scale(a, 0), 0xFFFF0000);
        }
      }

      @Override
      void load(FloatLanes a, int registers) {
        Register first = value(a, 0);
        Register second = value(a, 1);
        a.load(first, Address.of(WEIGHTS, 0));
        switch (widening) {
          case NONE -> a.load(second, Address.of(WEIGHTS, a.bytes()));
          case HALF -> {
            a.shift(Op.Shift.VPSRLD, second, first, 16);
            a.lowHalves(first, first);
            a.lowHalves(second, second);
          }
          case UPPER_HALF -> {
            a.op(Op.VPANDD, second, first, scale(a, 0));
            a.shift(Op.Shift.VPSLLD, first, first, 16);
          }
        }
        a.code().add(WEIGHTS, widening.registers * a.bytes());
      }
    };
  }

  /** How weights become float32. */
  enum Widening {
    NONE(2),
    /** Of binary16. */
    HALF(1),
    /** Of bfloat16. */
    UPPER_HALF(1);

    private final int registers; // of a term

    Widening(int registers) {
      this.registers = registers;
    }
  }

  /**
   * Keys of int8 in blocks of 32 dimensions: of a register's positions their binary16 scales, then
   * their values, dimension by dimension.
   *
   * @param lanes of a register
   */
  static FloatLoads quantizedKeys(int lanes, int terms) {
    int second = terms / 32 * (2 + 32) * lanes;
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
      void block(FloatLanes a, int registers) {
        for (int v = 0; v < registers; v++) {
          a.op(Op.VCVTPH2PS, scale(a, v), Address.of(WEIGHTS, v * second));
        }
        a.code().add(WEIGHTS, 2 * lanes);
      }

      @Override
      void load(FloatLanes a, int registers) {
        for (int v = 0; v < registers; v++) {
          integers(a, value(a, v), Address.of(WEIGHTS, v * second));
          a.op(Op.VMULPS, value(a, v), value(a, v), scale(a, v));
        }
        a.code().add(WEIGHTS, lanes);
      }
    };
  }

  /**
   * Dimensions of a block of 32 of a value of int8, {@code step} bytes before the next value's.
   *
   * @param lanes of a register
   * @param first of the block's dimensions
   */
  static FloatLoads quantizedValues(int lanes, int step, int first) {
    return new FloatLoads() {
      @Override
      void load(FloatLanes a, int registers) {
        Register scale = scale(a, 0);
        a.op(Op.VPBROADCASTW_LOAD, scale, Address.of(WEIGHTS, 0));
        a.op(Op.VCVTPH2PS, scale, scale);
        for (int v = 0; v < registers; v++) {
          integers(a, value(a, v), Address.of(WEIGHTS, 2 + first + lanes * v));
          a.op(Op.VMULPS, value(a, v), value(a, v), scale);
        }
        a.code().add(WEIGHTS, step);
      }
    };
  }

  private static void integers(FloatLanes a, Register dst, Address bytes) {
    a.op(Op.VPMOVSXBD, dst, bytes);
    a.op(Op.VCVTDQ2PS, dst, dst);
  }

  private static Register value(FloatLanes a, int register) {
    return TileRegisters.of(a).value(register);
  }

  private static Register scale(FloatLanes a, int register) {
    return TileRegisters.of(a).scale(register);
  }
}
