package io.wasmchord.jvm.machine;

/**
 * Replaces rows of scores by {@code exp(score - max)}: {@code f(scores, constants, results, rows,
 * stride, runs)}. A row has {@code runs} runs of sixteen. Of each the results have two floats: at
 * the start the first is what the maximum is at least; at the end they are the maximum and the sum,
 * which is taken in sixteen lanes and folded in halves.
 */
final class SoftmaxWriter {
  private static final Gpr SCORES = Gpr.RDI;
  private static final Gpr CONSTANTS = Gpr.RSI;
  private static final Gpr RESULTS = Gpr.RDX;
  private static final Gpr ROWS = Gpr.RCX;
  private static final Gpr STRIDE = Gpr.R8;
  private static final Gpr RUNS = Gpr.R9;
  private static final Gpr AT = Gpr.R10;
  private static final Gpr LEFT = Gpr.R11;
  private static final Zmm MOST = new Zmm(0);
  private static final Zmm SUM = new Zmm(1);
  private static final Zmm X = new Zmm(2);
  private static final Zmm OTHER = new Zmm(3);

  private static final int HALVES = 0x4E;
  private static final int PAIRS = 0xB1;

  private final Assembler a = new Assembler();
  private final MathWriter math = new MathWriter(a, CONSTANTS);

  byte[] code() {
    math.begin();
    Assembler.Label row = a.here();
    a.op(Op.VBROADCASTSS, MOST, Address.of(RESULTS, 0));
    start();
    Assembler.Label first = a.here();
    a.op(Op.VMOVUPS_LOAD, X, Address.of(AT, 0));
    a.op(Op.VMAXPS, MOST, X, MOST);
    next(first);
    fold(Op.VMAXPS, MOST);
    a.zero(SUM);
    start();
    Assembler.Label second = a.here();
    a.op(Op.VMOVUPS_LOAD, X, Address.of(AT, 0));
    a.op(Op.VSUBPS, X, X, MOST);
    math.exp(OTHER, X, new Zmm(4), new Zmm(5), new Zmm(6));
    a.op(Op.VMOVUPS_STORE, OTHER, Address.of(AT, 0));
    a.op(Op.VADDPS, SUM, SUM, OTHER);
    next(second);
    fold(Op.VADDPS, SUM);
    store(MOST, 0);
    store(SUM, 4);
    a.add(RESULTS, 8);
    a.add(SCORES, STRIDE);
    a.subtract(ROWS, 1);
    a.whileNotZero(row);
    a.leave();
    return a.code();
  }

  private void start() {
    a.move(AT, SCORES);
    a.move(LEFT, RUNS);
  }

  private void next(Assembler.Label label) {
    a.add(AT, KernelWriter.BYTES);
    a.subtract(LEFT, 1);
    a.whileNotZero(label);
  }

  /** All lanes become the one result, each with that 8, 4, 2 and 1 after it. */
  private void fold(Op op, Zmm v) {
    a.op(Op.VSHUFF32X4, OTHER, v, v);
    a.raw(HALVES);
    a.op(op, v, v, OTHER);
    a.op(Op.VSHUFF32X4, OTHER, v, v);
    a.raw(PAIRS);
    a.op(op, v, v, OTHER);
    a.op(Op.VPERMILPS, OTHER, v);
    a.raw(HALVES);
    a.op(op, v, v, OTHER);
    a.op(Op.VPERMILPS, OTHER, v);
    a.raw(PAIRS);
    a.op(op, v, v, OTHER);
  }

  /** The first lane, which is in one of the first eight registers. */
  private void store(Zmm v, int offset) {
    a.raw(0xC5, 0xFA, 0x11, 0x40 | v.number() << 3 | RESULTS.number(), offset); // vmovss
  }
}
