package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;
import java.util.Arrays;

/**
 * What norms and sums do with rows of floats, sixteen at a time: {@code f(x, y, out, runs,
 * factor)}, where factor is the address of one float.
 */
final class RowWriter {
  private static final Gpr X = Gpr.RDI;
  private static final Gpr Y = Gpr.RSI;
  private static final Gpr OUT = Gpr.RDX;
  private static final Gpr RUNS = Gpr.RCX;
  private static final Gpr FACTOR = Gpr.R8;
  private static final Register VALUES = new Register(0);
  private static final Register[] SUMS = Register.from(1, 2);
  private static final Register OTHER = new Register(3);
  private static final Register BY = new Register(4);

  private RowWriter() {}

  /** What is done with the values of a row. */
  enum Work {
    /** {@code out = x + y}. */
    ADD,
    /** {@code out = x - factor}. */
    LESS,
    /** {@code out = x * factor}. */
    TIMES,
    /** {@code out = x * factor * y}, in this order. */
    SCALE,
    /** The first float of out is the sum of x in sixteen lanes, which is folded in halves. */
    SUM,
    /** Likewise of the squares. */
    SQUARES
  }

  static byte[] code(Variant variant, Work work) {
    FloatLanes a = FloatLanes.of(variant);
    Assembler code = a.code();
    boolean sums = work == Work.SUM || work == Work.SQUARES;
    Register[] run = Arrays.copyOf(SUMS, a.parts());
    if (sums) {
      Arrays.stream(run).forEach(a::zero);
    } else if (work != Work.ADD) {
      a.op(Op.VBROADCASTSS, BY, Address.of(FACTOR, 0));
    }
    Assembler.Label start = code.here();
    for (int part = 0; part < a.parts(); part++) {
      part(a, work, a.bytes() * part, run[part]);
    }
    code.add(X, FloatLanes.RUN_BYTES);
    code.add(Y, FloatLanes.RUN_BYTES);
    if (!sums) {
      code.add(OUT, FloatLanes.RUN_BYTES);
    }
    code.subtract(RUNS, 1);
    code.whileNotZero(start);
    if (sums) {
      a.fold(Op.VADDPS, run, OTHER);
      a.storeFirst(run[0], OUT, 0);
    }
    code.leave();
    return code.code();
  }

  private static void part(FloatLanes a, Work work, int at, Register sum) {
    a.load(VALUES, Address.of(X, at));
    switch (work) {
      case ADD -> a.op(Op.VADDPS, VALUES, VALUES, Address.of(Y, at));
      case LESS -> a.op(Op.VSUBPS, VALUES, VALUES, BY);
      case TIMES -> a.op(Op.VMULPS, VALUES, VALUES, BY);
      case SCALE -> {
        a.op(Op.VMULPS, VALUES, VALUES, BY);
        a.op(Op.VMULPS, VALUES, VALUES, Address.of(Y, at));
      }
      case SUM -> {
        a.op(Op.VADDPS, sum, sum, VALUES);
        return;
      }
      case SQUARES -> {
        a.op(Op.VMULPS, VALUES, VALUES, VALUES);
        a.op(Op.VADDPS, sum, sum, VALUES);
        return;
      }
    }
    a.store(VALUES, Address.of(OUT, at));
  }
}
