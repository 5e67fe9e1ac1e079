package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;
import java.util.Arrays;

/**
 * Replaces rows of scores by {@code exp(score - max)}: {@code f(scores, results, rows, stride,
 * runs)}. A row has {@code runs} runs of sixteen. Of each the results have two floats: at the start
 * the first is what the maximum is at least; at the end they are the maximum and the sum, which is
 * taken in sixteen lanes and folded in halves.
 */
final class SoftmaxWriter {
  private static final Gpr SCORES = Gpr.RDI;
  private static final Gpr RESULTS = Gpr.RSI;
  private static final Gpr ROWS = Gpr.RDX;
  private static final Gpr STRIDE = Gpr.RCX;
  private static final Gpr RUNS = Gpr.R8;
  private static final Gpr AT = Gpr.R10;
  private static final Gpr LEFT = Gpr.R11;
  private static final Register[] MOST = Register.from(0, 2);
  private static final Register[] SUM = Register.from(2, 2);
  private static final Register X = new Register(4);
  private static final Register OTHER = new Register(5);
  private static final Register[] OTHERS = Register.from(6, 3);

  private final FloatLanes a;
  private final Assembler code;
  private final MathWriter math;

  SoftmaxWriter(Variant variant) {
    this.a = FloatLanes.of(variant);
    this.code = a.code();
    this.math = new MathWriter(a);
  }

  byte[] code() {
    Register[] most = Arrays.copyOf(MOST, a.parts());
    Register[] sum = Arrays.copyOf(SUM, a.parts());
    math.begin();
    Assembler.Label row = code.here();
    for (Register part : most) {
      a.op(Op.VBROADCASTSS, part, Address.of(RESULTS, 0));
    }
    start();
    Assembler.Label first = code.here();
    for (int part = 0; part < most.length; part++) {
      a.load(X, at(part));
      a.op(Op.VMAXPS, most[part], X, most[part]);
    }
    next(first);
    a.fold(Op.VMAXPS, most, OTHER);
    Arrays.stream(sum).forEach(a::zero);
    start();
    Assembler.Label second = code.here();
    for (int part = 0; part < sum.length; part++) {
      a.load(X, at(part));
      a.op(Op.VSUBPS, X, X, most[0]);
      math.exp(OTHER, X, false, OTHERS);
      a.store(OTHER, at(part));
      a.op(Op.VADDPS, sum[part], sum[part], OTHER);
    }
    next(second);
    a.fold(Op.VADDPS, sum, OTHER);
    a.storeFirst(most[0], RESULTS, 0);
    a.storeFirst(sum[0], RESULTS, 4);
    code.add(RESULTS, 8);
    code.add(SCORES, STRIDE);
    code.subtract(ROWS, 1);
    code.whileNotZero(row);
    code.leave();
    return code.code();
  }

  private Address at(int part) {
    return Address.of(AT, a.bytes() * part);
  }

  private void start() {
    code.move(AT, SCORES);
    code.move(LEFT, RUNS);
  }

  private void next(Assembler.Label label) {
    code.add(AT, FloatLanes.RUN_BYTES);
    code.subtract(LEFT, 1);
    code.whileNotZero(label);
  }
}
