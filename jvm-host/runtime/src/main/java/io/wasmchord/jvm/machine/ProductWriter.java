package io.wasmchord.jvm.machine;

/**
 * What the kernels have in common. A kernel is a function {@code f(weights, x, out, blocks,
 * stride)}: it multiplies a group of rows of weights, interleaved, with {@code tokens} rows of
 * activations ({@link ActivationRecords}), {@code stride} bytes apart, and writes floats to {@code
 * out}, [row of activations][row of weights]. A lane is a row of weights; two registers are the
 * group.
 */
abstract class ProductWriter {
  static final Gpr WEIGHTS = Gpr.RDI;
  static final Gpr X = Gpr.RSI;
  static final Gpr OUT = Gpr.RDX;
  static final Gpr BLOCKS = Gpr.RCX;
  static final Gpr STRIDE = Gpr.R8;
  private static final Gpr STRIDE_3 = Gpr.R9;
  private static final Gpr STRIDE_5 = Gpr.R10;
  private static final Gpr STRIDE_7 = Gpr.R11;

  final int tokens;
  private final int registerBytes;

  /**
   * @param tokens rows of activations
   * @param registerBytes of a vector
   */
  ProductWriter(int tokens, int registerBytes) {
    this.tokens = tokens;
    this.registerBytes = registerBytes;
  }

  /** The function's code. */
  abstract byte[] code();

  /** Makes what {@link #x} addresses with. */
  final void strides(Assembler a) {
    times(a, STRIDE_3, 3, 3);
    times(a, STRIDE_5, 5, 5);
    times(a, STRIDE_7, 7, 7);
  }

  private void times(Assembler a, Gpr dst, int factor, int token) {
    if (tokens > token) {
      a.move(dst, STRIDE);
      a.multiply(dst, factor);
    }
  }

  /** A place in a row of activations. */
  final Address x(int token, int offset) {
    return switch (token) {
      case 0 -> Address.of(X, offset);
      case 1 -> new Address(X, STRIDE, 1, offset);
      case 2 -> new Address(X, STRIDE, 2, offset);
      case 3 -> new Address(X, STRIDE_3, 1, offset);
      case 4 -> new Address(X, STRIDE, 4, offset);
      case 5 -> new Address(X, STRIDE_5, 1, offset);
      case 6 -> new Address(X, STRIDE_3, 2, offset);
      case 7 -> new Address(X, STRIDE_7, 1, offset);
      default -> throw new IllegalArgumentException("row " + token);
    };
  }

  /** Where a result stands. */
  final Address out(int token, int vector) {
    return Address.of(OUT, registerBytes * (2 * token + vector));
  }
}
