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
    Lanewise.fold(a, Op.VMAXPS, MOST, OTHER);
    a.zero(SUM);
    start();
    Assembler.Label second = a.here();
    a.op(Op.VMOVUPS_LOAD, X, Address.of(AT, 0));
    a.op(Op.VSUBPS, X, X, MOST);
    math.exp(OTHER, X, false, new Zmm(4), new Zmm(5), new Zmm(6));
    a.op(Op.VMOVUPS_STORE, OTHER, Address.of(AT, 0));
    a.op(Op.VADDPS, SUM, SUM, OTHER);
    next(second);
    Lanewise.fold(a, Op.VADDPS, SUM, OTHER);
    Lanewise.storeFirst(a, MOST, RESULTS, 0);
    Lanewise.storeFirst(a, SUM, RESULTS, 4);
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
}
