package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * Products of formats with blocks of 256 values, whose groups have integer scales: {@code S = sum
 * over groups of scale * sum(q * a)} in integers, then {@code da * (d * S - dMin * M)} in floats,
 * block by block, as {@code docs/arithmetic.md} says.
 */
abstract class SuperblockWriter extends KernelWriter {
  /** Rows of activations that a kernel takes at most. */
  static final int MOST_TOKENS = 8;

  static final Zmm MASK_15 = new Zmm(24);
  static final Zmm QUANTS = new Zmm(27);
  static final Zmm LOW = new Zmm(28);
  static final Zmm HIGH = new Zmm(29);
  static final Zmm SCALE = new Zmm(30);
  static final Zmm MASK = new Zmm(31);

  private static final int MOST_JOINT = 2; // rows of activations for which there are registers
  private static final int BLOCKS_AHEAD = 2;
  private static final int AND_OR = 0xF8; // first | (second & third)

  private final int halves;
  private final int blockBytes;

  /** Whether both registers of rows are read together, in the order in which they lie. */
  final boolean joint;

  /**
   * @param halves 16-bit floats of a block
   * @param blockBytes of a row's block
   */
  SuperblockWriter(int tokens, int halves, int blockBytes) {
    super(tokens);
    this.halves = halves;
    this.blockBytes = blockBytes;
    this.joint = tokens <= MOST_JOINT;
  }

  @Override
  final byte[] code() {
    strides();
    begin();
    a.zero(QUANTS);
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VMOVUPS_STORE, QUANTS, out(t, 0));
      a.op(Op.VMOVUPS_STORE, QUANTS, out(t, 1));
    }
    a.broadcast(MASK_15, 0x0F0F0F0F);
    Assembler.Label block = a.here();
    for (List<Integer> vectors : joint ? List.of(List.of(0, 1)) : List.of(List.of(0), List.of(1))) {
      for (int vector : vectors) {
        scales(vector);
        for (int t = 0; t < tokens; t++) {
          a.zero(sum(vector, t));
        }
      }
      products(vectors);
      vectors.forEach(this::results);
    }
    a.add(WEIGHTS, blockBytes * ROWS);
    a.add(X, ActivationRecords.BYTES_256);
    a.subtract(BLOCKS, 1);
    a.whileNotZero(block);
    a.leave();
    return a.code();
  }

  /** Loads what all blocks need; results are not there yet. */
  void begin() {}

  /** Makes what {@link #products} needs of a block. */
  abstract void scales(int vector);

  /** Adds a block's scaled sums to {@link #sum}, of one register of rows or of both. */
  abstract void products(List<Integer> vectors);

  /** Adds a block's results to those before. */
  abstract void results(int vector);

  /** A register for sums of a group: there are two of each lane, or four where that is enough. */
  final Zmm group(int which, int vector, int token) {
    return new Zmm(which * (joint ? 4 : MOST_TOKENS) + lane(vector, token));
  }

  /** The register for S. */
  final Zmm sum(int vector, int token) {
    return new Zmm(2 * MOST_TOKENS + lane(vector, token));
  }

  private int lane(int vector, int token) {
    return joint ? vector * tokens + token : token;
  }

  /** The integer scales of the first groups of a register of rows. */
  final Zmm scalesLow(int vector) {
    return new Zmm(joint && vector == 1 ? 22 : 25);
  }

  /** Those of the groups after them. */
  final Zmm scalesHigh(int vector) {
    return new Zmm(joint && vector == 1 ? 23 : 26);
  }

  /** Where word {@code index} of a block stands. */
  final Address word(int index, int vector) {
    return Address.of(WEIGHTS, BYTES * (halves + 2 * index + vector));
  }

  /** Loads a word of all rows. */
  final void load(Zmm dst, int index, int vector) {
    load(dst, word(index, vector), ahead());
  }

  /** The same of a word that was read before. */
  final void reload(Zmm dst, int index, int vector) {
    a.op(Op.VMOVUPS_LOAD, dst, word(index, vector));
  }

  /** As {@link #halves(Zmm, Address, int, int)}. */
  final void halves(Zmm dst, int index, int vector) {
    halves(dst, half(index), vector, ahead());
  }

  /** Bytes to what is asked for. */
  final int ahead() {
    return BLOCKS_AHEAD * blockBytes * ROWS;
  }

  private Address half(int index) {
    return Address.of(WEIGHTS, BYTES * index);
  }

  /** Clears the sums of so many groups. */
  final void clear(int groups, List<Integer> vectors) {
    for (int vector : vectors) {
      for (int t = 0; t < tokens; t++) {
        for (int which = 0; which < groups; which++) {
          a.zero(group(which, vector, t));
        }
      }
    }
  }

  /** Adds the products of four columns, whose quants are 0 or more. */
  final void multiply(int which, int vector, Zmm quants, int column) {
    for (int t = 0; t < tokens; t++) {
      a.each(Op.VPDPBUSD, group(which, vector, t), quants, x(t, column));
    }
  }

  /** {@code dst = dst | (bits & mask)}. */
  final void merge(Zmm dst, Zmm bits, Zmm mask) {
    a.ternary(dst, bits, mask, AND_OR);
  }

  /** Multiplies a group's sums with byte {@code index} of the scales, and adds them to S. */
  final void scaled(int which, int vector, Zmm scales, int index, boolean signed) {
    a.shift(Op.Shift.VPSLLD, SCALE, scales, 24 - 8 * index);
    a.shift(signed ? Op.Shift.VPSRAD : Op.Shift.VPSRLD, SCALE, SCALE, 24);
    for (int t = 0; t < tokens; t++) {
      Zmm group = group(which, vector, t);
      a.op(Op.VPMULLD, group, group, SCALE);
      a.op(Op.VPADDD, sum(vector, t), sum(vector, t), group);
    }
  }

  /** The even and the odd bytes of each lane as 16-bit words. */
  final void words(Zmm bytes, Zmm even, Zmm odd, boolean signed) {
    a.shift(Op.Shift.VPSLLW, even, bytes, 8);
    a.shift(signed ? Op.Shift.VPSRAW : Op.Shift.VPSRLW, even, even, 8);
    a.shift(signed ? Op.Shift.VPSRAW : Op.Shift.VPSRLW, odd, bytes, 8);
  }

  /** Adds {@code da * value} to the results so far. */
  final void add(int token, Zmm value, int vector) {
    a.each(Op.VMULPS, value, value, x(token, ActivationRecords.SCALE_256));
    a.op(Op.VMOVUPS_LOAD, SCALE, out(token, vector));
    a.op(Op.VADDPS, value, SCALE, value);
    a.op(Op.VMOVUPS_STORE, value, out(token, vector));
  }
}
