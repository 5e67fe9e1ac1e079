package io.wasmchord.jvm.machine;

/** Kernels of 512-bit registers: a group is 32 rows of weights. */
abstract class KernelWriter extends ProductWriter {
  /** Rows of weights in a group. */
  static final int ROWS = 32;

  /** Bytes of a register. */
  static final int BYTES = 64;

  final EvexAssembler a = new EvexAssembler();

  KernelWriter(int tokens) {
    super(tokens, BYTES);
  }

  /** Makes what {@link #x} addresses with. */
  final void strides() {
    strides(a);
  }

  /**
   * Loads a register of weights, and asks for what stands {@code ahead} bytes on: memory is slower
   * than the kernels.
   */
  final void load(Zmm dst, Address weights, int ahead) {
    a.op(Op.VMOVUPS_LOAD, dst, weights);
    a.prefetch(weights.plus(ahead));
  }

  /**
   * Loads the 16-bit floats of a field of all rows: a 32-bit lane has a row of the first register
   * below, and one of the second above.
   */
  final void halves(Zmm dst, Address field, int vector, int ahead) {
    load(dst, field, ahead);
    if (vector == 1) {
      a.shift(Op.Shift.VPSRLD, dst, dst, 16);
    }
    a.op(Op.VPMOVDW, dst, dst);
    a.op(Op.VCVTPH2PS, dst, dst);
  }

  /**
   * Sixteen bytes in each quarter of a register, by way of where results will stand, which are not
   * there yet.
   */
  final void table(Zmm dst, byte[] bytes) {
    for (int i = 0; i < 16; i += 4) {
      int word =
          (bytes[i] & 0xFF)
              | (bytes[i + 1] & 0xFF) << 8
              | (bytes[i + 2] & 0xFF) << 16
              | bytes[i + 3] << 24;
      for (int quarter = 0; quarter < BYTES; quarter += 16) {
        a.store(out(0, 0).plus(quarter + i), word);
      }
    }
    a.op(Op.VMOVUPS_LOAD, dst, out(0, 0));
  }
}
