package io.wasmchord.jvm.machine;

/**
 * Kernels of 256-bit registers: a group is 16 rows of weights. There are half as many registers,
 * and no products that add up by themselves unless the processor has AVX-VNNI. Without it pairs of
 * products are 16-bit words, of which as many are added as fit; a scale multiplies them as they are
 * widened.
 */
abstract class YmmWriter extends ProductWriter {
  /** Rows of weights in a group. */
  static final int ROWS = 16;

  /** Bytes of a register. */
  static final int BYTES = 32;

  /** Rows of activations that a kernel takes at most. */
  static final int MOST_TOKENS = 4;

  static final Ymm QUANTS = new Ymm(13);
  static final Ymm LOW = new Ymm(14);
  static final Ymm ITEM = new Ymm(15);

  private static final int MOST_JOINT = 2; // rows of activations for which there are registers
  private static final int CACHE_LINE = 64;

  final VexAssembler a = new VexAssembler();
  final Constants.Constant fifteens = a.lanes(0x0F0F0F0F);
  final Constants.Constant ones = a.lanes(0x00010001);
  private final Constants.Constant lowHalves = a.lanes(0xFFFF);

  /** Whether the processor has AVX-VNNI. */
  final boolean vnni;

  /** Whether both registers of rows are read together, in the order in which they lie. */
  final boolean joint;

  YmmWriter(int tokens, boolean vnni) {
    super(tokens, BYTES);
    this.vnni = vnni;
    this.joint = tokens <= MOST_JOINT;
  }

  /** Registers of rows that are computed together. */
  final int vectors() {
    return joint ? 2 : 1;
  }

  /** The number among up to four results that are computed together. */
  final int lane(int vector, int token) {
    return joint ? vector * tokens + token : token;
  }

  /** Loads a register of weights, and asks for the line {@code ahead} bytes on. */
  final void load(Ymm dst, Address weights, int ahead) {
    a.op(Op.VMOVUPS_LOAD, dst, weights);
    if (weights.offset() % CACHE_LINE == 0) {
      a.prefetch(weights.plus(ahead));
    }
  }

  /**
   * Loads the 16-bit floats of a field of all rows: a 32-bit lane has a row of the first register
   * below, and one of the second above.
   *
   * @param upper whether those of the second are wanted
   */
  final void halves(Ymm dst, Address field, boolean upper, int ahead) {
    load(dst, field, ahead);
    if (upper) {
      a.shift(Op.Shift.VPSRLD, dst, dst, 16);
    } else {
      a.op(Op.VPANDD, dst, dst, lowHalves);
    }
    a.op(Op.VPACKUSDW, dst, dst, dst);
    a.gather(dst, dst);
    a.op(Op.VCVTPH2PS, dst, dst);
  }

  /** {@code dst = dst | (bits & mask)}; the bits are lost. */
  final void merge(Ymm dst, Ymm bits, Constants.Constant mask) {
    a.op(Op.VPANDD, bits, bits, mask);
    a.op(Op.VPORD, dst, dst, bits);
  }

  /** All lanes the 32-bit value of an activation's record. */
  final Ymm each(int token, int offset) {
    a.op(Op.VPBROADCASTD_LOAD, ITEM, x(token, offset));
    return ITEM;
  }

  /**
   * Adds the products of four columns of quants that are 0 or more.
   *
   * @param first whether nothing was added before
   */
  final void add(Ymm sum, Ymm quants, Ymm activations, boolean first) {
    if (vnni) {
      if (first) {
        a.zero(sum);
      }
      a.op(Op.VPDPBUSD, sum, quants, activations);
    } else if (first) {
      a.op(Op.VPMADDUBSW, sum, quants, activations);
    } else {
      a.op(Op.VPMADDUBSW, activations, quants, activations);
      a.op(Op.VPADDW, sum, sum, activations);
    }
  }

  /** Adds the products of two pairs of 16-bit words to 32-bit sums; the second ones are lost. */
  final void addWords(Ymm sum, Ymm words, Ymm others) {
    a.op(Op.VPMADDWD, others, words, others);
    a.op(Op.VPADDD, sum, sum, others);
  }
}
