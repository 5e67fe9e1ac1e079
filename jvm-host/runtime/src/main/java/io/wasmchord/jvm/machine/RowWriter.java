package io.wasmchord.jvm.machine;

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
  private static final Zmm VALUES = new Zmm(0);
  private static final Zmm SUM = new Zmm(1);
  private static final Zmm OTHER = new Zmm(2);
  private static final Zmm BY = new Zmm(3);

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

  static byte[] code(Work work) {
    Assembler a = new Assembler();
    boolean sums = work == Work.SUM || work == Work.SQUARES;
    if (sums) {
      a.zero(SUM);
    } else if (work != Work.ADD) {
      a.op(Op.VBROADCASTSS, BY, Address.of(FACTOR, 0));
    }
    Assembler.Label run = a.here();
    a.op(Op.VMOVUPS_LOAD, VALUES, Address.of(X, 0));
    switch (work) {
      case ADD -> a.op(Op.VADDPS, VALUES, VALUES, Address.of(Y, 0));
      case LESS -> a.op(Op.VSUBPS, VALUES, VALUES, BY);
      case TIMES -> a.op(Op.VMULPS, VALUES, VALUES, BY);
      case SCALE -> {
        a.op(Op.VMULPS, VALUES, VALUES, BY);
        a.op(Op.VMULPS, VALUES, VALUES, Address.of(Y, 0));
      }
      case SUM -> a.op(Op.VADDPS, SUM, SUM, VALUES);
      case SQUARES -> {
        a.op(Op.VMULPS, VALUES, VALUES, VALUES);
        a.op(Op.VADDPS, SUM, SUM, VALUES);
      }
    }
    if (!sums) {
      a.op(Op.VMOVUPS_STORE, VALUES, Address.of(OUT, 0));
      a.add(OUT, KernelWriter.BYTES);
    }
    a.add(X, KernelWriter.BYTES);
    a.add(Y, KernelWriter.BYTES);
    a.subtract(RUNS, 1);
    a.whileNotZero(run);
    if (sums) {
      Lanewise.fold(a, Op.VADDPS, SUM, OTHER);
      Lanewise.storeFirst(a, SUM, OUT, 0);
    }
    a.leave();
    return a.code();
  }
}
