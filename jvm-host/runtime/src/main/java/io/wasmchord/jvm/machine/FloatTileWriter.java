package io.wasmchord.jvm.machine;

/**
 * A tile of sums of floats: {@code sum[t][lane] = sum[t][lane] + w[k][lane] * x[t][k]} for k = 0,
 * 1, ... in order, without a fused multiply-add. A kernel is a function {@code f(w, x, out, count,
 * xStride, outStride, extra)}, where count is of {@link FloatLoads}' blocks and strides are bytes.
 *
 * <p>A value of x is broadcast from memory as a factor: that costs nothing, where a broadcast of its
 * own takes half as long as the product.
 */
final class FloatTileWriter {
  /** Rows of x that a kernel takes at most: with two registers each there are 24 sums. */
  static final int MOST_ROWS = 12;

  private static final Gpr X = Gpr.RSI;
  private static final Gpr OUT = Gpr.RDX;
  private static final Gpr COUNT = Gpr.RCX;
  private static final Gpr X_STRIDE = Gpr.R8;
  private static final Gpr OUT_STRIDE = Gpr.R9;
  private static final Gpr X_STRIDE_3 = Gpr.RAX;
  private static final Gpr X_STRIDE_5 = Gpr.R10;
  private static final Gpr X_6 = Gpr.R11; // row 6
  private static final Gpr INNER = Gpr.RBX;
  private static final int FIRST_PRODUCT = 26;
  private static final int PRODUCTS = 4; // registers that take turns
  private static final int AHEAD = 2048; // bytes
  private static final Zmm EXTRA = new Zmm(26);

  private final Assembler a = new Assembler();
  private final FloatLoads loads;
  private final Ending ending;
  private final int rows;
  private final int registers;

  /** How sums begin and end. */
  enum Ending {
    /** From 0 on; then the 16 or 32 floats at address {@code extra} are added to each row. */
    BIAS,
    /** From 0 on; then times the float whose bits are {@code extra}. */
    SCALE,
    /** From what stands at {@code out} on. */
    MORE
  }

  /**
   * @param rows of x
   * @param registers of values that a term has: 1 or 2
   */
  FloatTileWriter(FloatLoads loads, Ending ending, int rows, int registers) {
    if (rows < 1 || rows > MOST_ROWS || registers < 1 || registers > 2) {
      throw new IllegalArgumentException(rows + " rows, " + registers + " registers");
    }
    this.loads = loads;
    this.ending = ending;
    this.rows = rows;
    this.registers = registers;
  }

  byte[] code() {
    boolean nested = loads.inner() > 1;
    begin();
    if (nested) {
      a.push(INNER);
    }
    Assembler.Label block = a.here();
    loads.block(a, registers);
    if (nested) {
      a.move(INNER, loads.inner());
    }
    Assembler.Label term = a.here();
    term();
    if (nested) {
      a.subtract(INNER, 1);
      a.whileNotZero(term);
    }
    a.subtract(COUNT, 1);
    a.whileNotZero(block);
    if (nested) {
      a.pop(INNER);
    }
    end();
    return a.code();
  }

  private void begin() {
    loads.begin(a); // which may take RAX
    if (rows > 3) {
      a.move(X_STRIDE_3, X_STRIDE);
      a.multiply(X_STRIDE_3, 3);
    }
    if (rows > 5) {
      a.move(X_STRIDE_5, X_STRIDE);
      a.multiply(X_STRIDE_5, 5);
    }
    if (rows > 6) {
      a.move(X_6, X_STRIDE);
      a.multiply(X_6, 6);
      a.add(X_6, X);
    }
    if (ending == Ending.MORE) {
      a.push(OUT);
      for (int row = 0; row < rows; row++) {
        for (int r = 0; r < registers; r++) {
          a.op(Op.VMOVUPS_LOAD, sum(row, r), out(r));
        }
        a.add(OUT, OUT_STRIDE);
      }
      a.pop(OUT);
    } else {
      for (int row = 0; row < rows; row++) {
        for (int r = 0; r < registers; r++) {
          a.zero(sum(row, r));
        }
      }
    }
  }

  private void term() {
    if (loads.ahead() && rows <= 2) {
      a.prefetch(Address.of(FloatLoads.WEIGHTS, AHEAD));
    }
    loads.load(a, registers);
    int product = 0;
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        Zmm next = new Zmm(FIRST_PRODUCT + product++ % PRODUCTS);
        a.each(Op.VMULPS, next, FloatLoads.VALUES[r], x(row));
        a.op(Op.VADDPS, sum(row, r), sum(row, r), next);
      }
    }
    a.add(X, 4);
    if (rows > 6) {
      a.add(X_6, 4);
    }
  }

  private void end() {
    if (ending == Ending.BIAS) {
      a.raw(0x48, 0x8B, 0x44, 0x24, 0x08); // mov rax, [rsp + 8]
    } else if (ending == Ending.SCALE) {
      a.op(Op.VBROADCASTSS, EXTRA, Address.of(Gpr.RSP, 8));
    }
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        Zmm sum = sum(row, r);
        switch (ending) {
          case BIAS -> a.op(Op.VADDPS, sum, sum, Address.of(Gpr.RAX, KernelWriter.BYTES * r));
          case SCALE -> a.op(Op.VMULPS, sum, sum, EXTRA);
          case MORE -> {}
        }
        a.op(Op.VMOVUPS_STORE, sum, out(r));
      }
      a.add(OUT, OUT_STRIDE);
    }
    a.leave();
  }

  private Zmm sum(int row, int register) {
    return new Zmm(registers * row + register);
  }

  private static Address out(int register) {
    return Address.of(OUT, KernelWriter.BYTES * register);
  }

  private static Address x(int row) {
    Gpr base = row < 6 ? X : X_6;
    return switch (row % 6) {
      case 0 -> Address.of(base, 0);
      case 1 -> new Address(base, X_STRIDE, 1, 0);
      case 2 -> new Address(base, X_STRIDE, 2, 0);
      case 3 -> new Address(base, X_STRIDE_3, 1, 0);
      case 4 -> new Address(base, X_STRIDE, 4, 0);
      default -> new Address(base, X_STRIDE_5, 1, 0);
    };
  }
}
