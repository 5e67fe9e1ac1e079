package io.wasmchord.jvm.machine;

import io.wasmchord.backend.Activation;
import io.wasmchord.jvm.machine.FloatLanes.Register;

/**
 * An activation of values, sixteen at a time: {@code f(x, out, runs, up)} writes {@code
 * activation(x)}, or its product with {@code up}.
 */
final class ElementWriter {
  private static final Gpr X = Gpr.RDI;
  private static final Gpr OUT = Gpr.RSI;
  private static final Gpr RUNS = Gpr.RDX;
  private static final Gpr UP = Gpr.RCX;
  private static final Register IN = new Register(0);
  private static final Register RESULT = new Register(1);
  private static final Register[] OTHERS = Register.from(2, 6);

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
  static byte[] code(Variant variant, Activation activation, boolean gates) {
    FloatLanes a = FloatLanes.of(variant);
    Assembler code = a.code();
    MathWriter math = new MathWriter(a);
    math.begin();
    Assembler.Label run = code.here();
    for (int part = 0; part < a.parts(); part++) {
      int at = a.bytes() * part;
      a.load(IN, Address.of(X, at));
      switch (activation) {
        case SILU -> math.silu(RESULT, IN, OTHERS);
        case GELU -> math.gelu(RESULT, IN, OTHERS);
        case GELU_ERF -> math.geluErf(RESULT, IN, OTHERS);
        default -> throw new IllegalArgumentException("no kernel of " + activation);
      }
      if (gates) {
        a.op(Op.VMULPS, RESULT, RESULT, Address.of(UP, at));
      }
      a.store(RESULT, Address.of(OUT, at));
    }
    if (gates) {
      code.add(UP, FloatLanes.RUN_BYTES);
    }
    code.add(X, FloatLanes.RUN_BYTES);
    code.add(OUT, FloatLanes.RUN_BYTES);
    code.subtract(RUNS, 1);
    code.whileNotZero(run);
    code.leave();
    return code.code();
  }
}
