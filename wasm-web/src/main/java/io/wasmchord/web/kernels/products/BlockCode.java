package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;

/**
 * The code that takes apart four interleaved blocks of one format. A vector has a 32-bit lane for
 * each of the four rows. Quants come as they are stored, without their bias, so that they are small
 * and not negative where the format allows; {@link #bias()} is taken off the sum afterwards.
 */
public abstract class BlockCode {
  /** Rows of a weight that are interleaved: one for each 32-bit lane. */
  public static final int ROWS = 4;

  private final TensorType type;
  private final BlockLayout layout;

  BlockCode(TensorType type) {
    this.type = type;
    this.layout = BlockLayout.of(type, ROWS);
  }

  /** Takes four quants of each row: word w holds values 4w..4w+3. */
  interface Sink {
    void word(int word, V128 quants);
  }

  final TensorType type() {
    return type;
  }

  final BlockLayout layout() {
    return layout;
  }

  /** Values in a block. */
  final int values() {
    return type.blockElements();
  }

  /** The largest quant, where quants are 0 or more; else -1, for signed bytes. */
  public abstract int largestQuant();

  /** What is to be subtracted from every quant. */
  int bias() {
    return 0;
  }

  /** Values that share an integer scale; the whole block where there are none. */
  int groupValues() {
    return values();
  }

  /** Whether groups have integer scales. */
  final boolean scaled() {
    return values() == 256;
  }

  /** Whether a term with the minimum or offset is part of a block's sum. */
  boolean hasMinimum() {
    return false;
  }

  /** Whether {@link #pairs} is to be multiplied with sums of 16 activations, or of 32. */
  int pairSpan() {
    return groupValues();
  }

  /** Number of {@link #pairs}: 0 where there is nothing to multiply with the activations' sums. */
  final int pairCount() {
    return scaled() && (hasMinimum() || bias() != 0) ? values() / pairSpan() / 2 : 0;
  }

  /** Loads what the methods below need into locals. */
  abstract void begin(Code c, I32 block);

  /** The float scale of each row. */
  final V128.Local scale(Code c, I32 block) {
    return Halves.toFloats(c, V128.load16x4U(block, layout.half(0)));
  }

  /** The scale of the minimums, or the offset, of each row. */
  final V128.Local minimum(Code c, I32 block) {
    return Halves.toFloats(c, V128.load16x4U(block, layout.half(1)));
  }

  /** The integer scale of group {@code g}, twice as int16. */
  V128 scalePairs(int g) {
    throw new IllegalStateException(type + " has no integer scales");
  }

  /** The integer scale of group {@code g} as int32. */
  V128 scaleLanes(int g) {
    throw new IllegalStateException(type + " has no integer scales");
  }

  /**
   * What the activations' sums of {@link #pairSpan} values are multiplied with, for spans 2p and 2p
   * + 1, as int16: minimums, or the bias times the scales.
   */
  V128 pairs(int p) {
    throw new IllegalStateException(type + " has no minimums");
  }

  /** Emits the code of all quants. */
  abstract void quants(Code c, I32 block, Sink sink);

  /** Word {@code index} of the four rows. */
  final V128 word(I32 block, int index) {
    return V128.load(block, layout.word(index));
  }

  static V128 low(V128 bytes) {
    return bytes.and(V128.i8x16(0x0F));
  }

  static V128 high(V128 bytes) {
    return bytes.i16x8ShrU(4).and(V128.i8x16(0x0F));
  }

  /** The bits of {@code mask} in every byte, after a shift left, or right where negative. */
  static V128 shifted(V128 bytes, int left, int mask) {
    V128 moved = left == 0 ? bytes : left > 0 ? bytes.i16x8Shl(left) : bytes.i16x8ShrU(-left);
    return moved.and(V128.i8x16(mask));
  }
}
