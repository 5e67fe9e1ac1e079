package io.wasmchord.jvm.machine;

import io.wasmchord.backend.Activation;

/**
 * An activation of values, sixteen at a time: {@code f(x, constants, out, runs, up)} writes {@code
 * activation(x)}, or its product with {@code up}.
 */
final class ElementWriter {
  private static final Gpr X = Gpr.RDI;
  private static final Gpr CONSTANTS = Gpr.RSI;
  private static final Gpr OUT = Gpr.RDX;
  private static final Gpr RUNS = Gpr.RCX;
  private static final Gpr UP = Gpr.R8;
  private static final Zmm IN = new Zmm(0);
  private static final Zmm RESULT = new Zmm(1);
  private static final Zmm[] OTHERS = {
    new Zmm(2), new Zmm(3), new Zmm(4), new Zmm(5), new Zmm(6), new Zmm(7)
  };

  private ElementWriter() {}

  static boolean has(Activation activation) {
    return switch (activation) {
      case SILU, GELU, GELU_ERF -> true;
      default -> false;
    };
  }

  /**
   * @param gates whether there is an {@code up}
   */
  static byte[] code(Activation activation, boolean gates) {
    Assembler a = new Assembler();
    MathWriter math = new MathWriter(a, CONSTANTS);
    math.begin();
    Assembler.Label run = a.here();
    a.op(Op.VMOVUPS_LOAD, IN, Address.of(X, 0));
    switch (activation) {
      case SILU -> math.silu(RESULT, IN, OTHERS);
      case GELU -> math.gelu(RESULT, IN, OTHERS);
      case GELU_ERF -> math.geluErf(RESULT, IN, OTHERS);
      default -> throw new IllegalArgumentException("no kernel of " + activation);
    }
    if (gates) {
      a.op(Op.VMULPS, RESULT, RESULT, Address.of(UP, 0));
      a.add(UP, KernelWriter.BYTES);
    }
    a.op(Op.VMOVUPS_STORE, RESULT, Address.of(OUT, 0));
    a.add(X, KernelWriter.BYTES);
    a.add(OUT, KernelWriter.BYTES);
    a.subtract(RUNS, 1);
    a.whileNotZero(run);
    a.leave();
    return a.code();
  }
}
