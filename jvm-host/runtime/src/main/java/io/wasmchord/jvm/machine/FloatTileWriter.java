package io.wasmchord.jvm.machine;

/**
 * A tile of sums of floats: {@code sum[t][lane] = sum[t][lane] + w[k][lane] * x[t][k]} for k = 0,
 * 1, ... in order, without a fused multiply-add. A kernel is a function {@code f(w, x, out, count,
 * xStride, outStride, extra)}, where count is of terms and strides are bytes.
 *
 * <p>A value of x is broadcast from memory as a factor: that costs nothing, where a broadcast of
 * its own takes half as long as the product.
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
  private static final Gpr TERMS = Gpr.RBX;
  private static final Gpr BLOCKS = Gpr.R12;
  private static final int FIRST_PRODUCT = 26;
  private static final int PRODUCTS = 4; // registers that take turns
  private static final int AHEAD = 2048; // bytes
  private static final int EXTRA_AT = 8; // from where the stack is at the start

  private final Assembler a = new Assembler();
  private final FloatLoads loads;
  private final Ending ending;
  private final int rows;
  private final int registers;

  /** How sums begin and end. */
  enum Ending {
    /** From 0 on; then the 16 or 32 floats at address {@code extra} are added to each row. */
    BIAS,
    /**
     * From 0 on; then times the float whose bits are {@code extra}. Count is of runs of {@link
     * FloatLoads#terms} terms, whose results stand side by side.
     */
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
    loads.begin(a); // which may take RAX
    strides();
    return ending == Ending.SCALE ? runs() : sums();
  }

  private byte[] sums() {
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
      clear();
    }
    Assembler.Label term = a.here();
    term();
    a.subtract(COUNT, 1);
    a.whileNotZero(term);
    if (ending == Ending.BIAS) {
      a.raw(0x48, 0x8B, 0x44, 0x24, EXTRA_AT); // mov rax, [rsp + 8]
    }
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        Zmm sum = sum(row, r);
        if (ending == Ending.BIAS) {
          a.op(Op.VADDPS, sum, sum, Address.of(Gpr.RAX, KernelWriter.BYTES * r));
        }
        a.op(Op.VMOVUPS_STORE, sum, out(r));
      }
      a.add(OUT, OUT_STRIDE);
    }
    a.leave();
    return a.code();
  }

  /** One run of terms after the other; each gives its registers' lanes of every row. */
  private byte[] runs() {
    boolean blocks = loads.inner() > 1;
    a.push(TERMS);
    a.push(BLOCKS);
    Assembler.Label run = a.here();
    clear();
    a.move(blocks ? BLOCKS : TERMS, loads.terms() / loads.inner());
    Assembler.Label block = a.here();
    if (blocks) {
      loads.block(a, registers);
      a.move(TERMS, loads.inner());
    }
    Assembler.Label term = a.here();
    term();
    a.subtract(TERMS, 1);
    a.whileNotZero(term);
    if (blocks) {
      a.subtract(BLOCKS, 1);
      a.whileNotZero(block);
    }
    a.push(OUT);
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        a.each(Op.VMULPS, sum(row, r), sum(row, r), Address.of(Gpr.RSP, EXTRA_AT + 3 * 8));
        a.op(Op.VMOVUPS_STORE, sum(row, r), out(r));
      }
      a.add(OUT, OUT_STRIDE);
    }
    a.pop(OUT);
    a.add(OUT, KernelWriter.BYTES * registers);
    a.add(X, -4 * loads.terms());
    if (rows > 6) {
      a.add(X_6, -4 * loads.terms());
    }
    loads.skip(a, registers);
    a.subtract(COUNT, 1);
    a.whileNotZero(run);
    a.pop(BLOCKS);
    a.pop(TERMS);
    a.leave();
    return a.code();
  }

  private void strides() {
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
  }

  private void clear() {
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        a.zero(sum(row, r));
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
