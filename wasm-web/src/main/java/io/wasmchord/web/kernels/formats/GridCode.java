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
  private V128 first = V128.i32x4(0); // the table's address

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
  public final void table(Code c, I32.Local address) {
    first = c.v128(V128.splat(address));
  }

  /** {@code bits} of every lane from bit {@code from} on, moved to bit {@code to}. */
  static V128 field(V128 lanes, int from, int bits, int to) {
    V128 moved = from > to ? lanes.i32x4ShrU(from - to) : lanes.i32x4Shl(to - from);
    return moved.and(V128.i32x4(((1 << bits) - 1) << to));
  }

  /** Bits of an index where those of an address in the table are. */
  final V128 index(V128 lanes, int from, int bits, int to) {
    return field(lanes, from, bits, to + (grid.width() == 8 ? 3 : 2));
  }

  /**
   * The two words of eight values each.
   *
   * @param index of every row, by {@link #index}
   */
  final V128.Local[] eight(Code c, V128 index) {
    V128.Local at = c.v128(index.i32x4Add(first));
    V128.Local two = c.v128(V128.load64Zero(at.i32Lane(0)).load64Lane(at.i32Lane(1), 1));
    V128.Local more = c.v128(V128.load64Zero(at.i32Lane(2)).load64Lane(at.i32Lane(3), 1));
    return new V128.Local[] {
      c.v128(V128.shuffle32(two, more, 0, 2, 4, 6)), c.v128(V128.shuffle32(two, more, 1, 3, 5, 7))
    };
  }

  /** The word of four values, likewise. */
  final V128.Local four(Code c, V128 index) {
    V128.Local at = c.v128(index.i32x4Add(first));
    V128.Local two = c.v128(V128.load32Zero(at.i32Lane(0)).load32Lane(at.i32Lane(1), 1));
    V128.Local more = c.v128(V128.load32Zero(at.i32Lane(2)).load32Lane(at.i32Lane(3), 1));
    return c.v128(V128.shuffle32(two, more, 0, 1, 4, 5));
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
