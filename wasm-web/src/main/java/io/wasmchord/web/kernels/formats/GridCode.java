package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;

/**
 * Formats of grids: an index stands for eight or four values, which are looked up in memory, row by
 * row.
 */
abstract class GridCode extends ScaledCode {
  private final Grid grid;
  private final int moved;
  private I32 address = I32.of(0);

  /**
   * @param bias makes quants that are not negative
   * @param moved what is added to the grid's values in the table
   */
  GridCode(ScaledFormat format, Grid grid, int bias, int moved) {
    super(format, bias);
    this.grid = grid;
    this.moved = moved;
  }

  @Override
  public final byte[] table() {
    byte[] values = grid.values();
    for (int i = 0; i < values.length; i++) {
      values[i] += (byte) moved;
    }
    return values;
  }

  @Override
  public final void table(I32.Local table) {
    address = table;
  }

  /** Index of a row, as code. */
  interface Index {
    I32 of(int row);
  }

  /** Byte {@code index} of a row's word. */
  final I32 octet(I32 block, int word, int row, int index) {
    return I32.load8(block, layout().word(word) + 4 * row + index);
  }

  /** Half {@code index} of a row's word. */
  final I32 half(I32 block, int word, int row, int index) {
    return I32.load16(block, layout().word(word) + 4 * row + 2 * index);
  }

  private I32 vector(I32 index) {
    return address.plus(index.shl(grid.width() == 8 ? 3 : 2));
  }

  /** The two words of eight values each. */
  final V128.Local[] eight(Code c, Index index) {
    V128.Local first =
        c.v128(V128.load64Zero(vector(index.of(0))).load64Lane(vector(index.of(1)), 1));
    V128.Local second =
        c.v128(V128.load64Zero(vector(index.of(2))).load64Lane(vector(index.of(3)), 1));
    return new V128.Local[] {
      c.v128(V128.shuffle32(first, second, 0, 2, 4, 6)),
      c.v128(V128.shuffle32(first, second, 1, 3, 5, 7))
    };
  }

  /** The word of four values. */
  final V128.Local four(Code c, Index index) {
    V128 word = V128.load32Zero(vector(index.of(0)));
    for (int row = 1; row < ROWS; row++) {
      word = word.load32Lane(vector(index.of(row)), row);
    }
    return c.v128(word);
  }

  /**
   * Values with their signs, and the bias.
   *
   * @param masks a byte of every row, four times: bit i is the sign of value i of eight
   * @param half whether it is the second four of the eight
   */
  final V128 signed(Code c, V128 values, V128 masks, int half) {
    int low = half == 0 ? 1 : 16;
    V128 bits = each(low, 2 * low, 4 * low, 8 * low);
    V128.Local negative = c.v128(V128.of(Opcode.I8X16_EQ, masks.and(bits), bits));
    V128 less = V128.of(Opcode.I8X16_SUB, V128.i8x16(bias()), negative); // 1 more where it is
    return V128.of(Opcode.I8X16_ADD, values.xor(negative), less);
  }

  /** Bytes of seven signs with the eighth, which makes their number even. */
  static V128 even(V128.Local sevens) {
    V128 odd = V128.of(Opcode.I8X16_POPCNT, sevens).and(V128.i8x16(1));
    return sevens.or(odd.i16x8Shl(7));
  }

  /** {@code 2 s + 1} of every byte. */
  static V128 odd(V128 scales) {
    return scales.i16x8Shl(1).or(V128.i8x16(1));
  }

  /** Nibbles of a word, the low one first, as the bytes of two. */
  static V128.Local[] nibbles(Code c, V128.Local word) {
    V128.Local low = c.v128(low(word));
    V128.Local high = c.v128(high(word));
    return new V128.Local[] {
      c.v128(odd(neighbours(low, high, 0))), c.v128(odd(neighbours(low, high, 2)))
    };
  }

  private static V128 neighbours(V128 first, V128 second, int from) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = 16 * (i % 2) + i / 4 * 4 + from + i % 4 / 2;
    }
    return V128.shuffle(first, second, lanes);
  }

  /** {@code factor}, a power of two, times the float16 of every row. */
  final V128.Local scale(Code c, V128 halves, float factor) {
    return c.v128(Halves.toFloats(c, halves).f32x4Mul(V128.f32x4(factor)));
  }

  /** The same of the block's first 16-bit field. */
  final V128.Local scale(Code c, I32 block, float factor) {
    return scale(c, V128.load16x4U(block, layout().half(0)), factor);
  }
}
