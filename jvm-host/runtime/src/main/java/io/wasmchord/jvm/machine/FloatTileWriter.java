package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;

/**
 * A tile of sums of floats: {@code sum[t][lane] = sum[t][lane] + w[k][lane] * x[t][k]} for k = 0,
 * 1, ... in order, without a fused multiply-add. A kernel is a function {@code f(w, x, out, count,
 * xStride, outStride, extra)}, where count is of terms and strides are bytes.
 *
 * <p>With 512 bits a value of x is broadcast from memory as a factor: that costs nothing, where a
 * broadcast of its own takes half as long as the product.
 */
final class FloatTileWriter {
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
  private static final int AHEAD = 2048; // bytes
  private static final int EXTRA_AT = 8; // from where the stack is at the start

  private final FloatLanes lanes;
  private final Assembler a;
  private final TileRegisters all;
  private final FloatLoads loads;
  private final Ending ending;
  private final int rows;
  private final int registers;

  /** How sums begin and end. */
  enum Ending {
    /** From 0 on; then the registers' floats at address {@code extra} are added to each row. */
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
  FloatTileWriter(Variant variant, FloatLoads loads, Ending ending, int rows, int registers) {
    this.lanes = FloatLanes.of(variant);
    this.a = lanes.code();
    this.all = TileRegisters.of(lanes);
    if (rows < 1 || rows > all.rows() || registers < 1 || registers > 2) {
      throw new IllegalArgumentException(rows + " rows, " + registers + " registers");
    }
    this.loads = loads;
    this.ending = ending;
    this.rows = rows;
    this.registers = registers;
  }

  byte[] code() {
    loads.begin(lanes);
    strides();
    return ending == Ending.SCALE ? runs() : sums();
  }

  private byte[] sums() {
    if (ending == Ending.MORE) {
      a.push(OUT);
      for (int row = 0; row < rows; row++) {
        for (int r = 0; r < registers; r++) {
          lanes.load(sum(row, r), out(r));
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
        Register sum = sum(row, r);
        if (ending == Ending.BIAS) {
          lanes.op(Op.VADDPS, sum, sum, Address.of(Gpr.RAX, lanes.bytes() * r));
        }
        lanes.store(sum, out(r));
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
      loads.block(lanes, registers);
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
    lanes.op(Op.VBROADCASTSS, all.value(0), Address.of(Gpr.RSP, EXTRA_AT + 2 * 8));
    a.push(OUT);
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < registers; r++) {
        lanes.op(Op.VMULPS, sum(row, r), sum(row, r), all.value(0));
        lanes.store(sum(row, r), out(r));
      }
      a.add(OUT, OUT_STRIDE);
    }
    a.pop(OUT);
    a.add(OUT, lanes.bytes() * registers);
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
        lanes.zero(sum(row, r));
      }
    }
  }

  private void term() {
    if (loads.ahead() && rows <= 2) {
      a.prefetch(Address.of(FloatLoads.WEIGHTS, AHEAD));
    }
    loads.load(lanes, registers);
    for (int row = 0; row < rows; row++) {
      Register[] products = new Register[registers];
      Register[] values = new Register[registers];
      for (int r = 0; r < registers; r++) {
        products[r] = all.product(row, registers, r);
        values[r] = all.value(r);
      }
      lanes.times(products, values, x(row));
      for (int r = 0; r < registers; r++) {
        lanes.op(Op.VADDPS, sum(row, r), sum(row, r), products[r]);
      }
    }
    a.add(X, 4);
    if (rows > 6) {
      a.add(X_6, 4);
    }
  }

  private Register sum(int row, int register) {
    return new Register(registers * row + register);
  }

  private Address out(int register) {
    return Address.of(OUT, lanes.bytes() * register);
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
