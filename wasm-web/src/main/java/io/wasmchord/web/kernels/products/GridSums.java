package io.wasmchord.web.kernels.products;

import static java.util.Objects.requireNonNull;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.formats.GridCode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The integer sums of a block of grids and one row of activations. Vectors of a grid lie in memory
 * as values of one row, so that rows are taken one by one: sixteen values beside each other meet
 * sixteen activations, and lanes are added at the block's end. Signs are given to the activations,
 * which keeps the other operand small and not negative.
 */
final class GridSums {
  private static final int SIXTEEN = 16;
  private static final int INDICES = 8; // of 32 values

  /** Bits of two bytes, one for each of sixteen bytes. */
  private static final V128 BITS =
      V128.bytes(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128);

  private final Code c;
  private final GridCode block;
  private final DotMode mode;
  private final V128.Local[] totals;
  private final Map<Integer, IntFunction<I32>> offsets = new HashMap<>(); // of a group's indices

  GridSums(Code c, GridCode block, DotMode mode) {
    this.c = c;
    this.block = block;
    this.mode = mode;
    this.totals = Emit.zeros(c, BlockCode.ROWS);
  }

  /** The sums of the four rows of the block at {@code w}. */
  V128.Local of(I32 w, I32 activations) {
    int inGroup = block.groupValues() / SIXTEEN;
    for (int g = 0; g < GridCode.GROUPS; g++) {
      block.offsets(c, w, g, offsets::put);
      V128.Local eights = c.v128(block.eights(c, w, g));
      V128.Local[] open = new V128.Local[BlockCode.ROWS];
      for (int half = 0; half < 2; half++) {
        int sixteen = 2 * g + half;
        V128.Local[] x = activations(activations, sixteen);
        for (int row = 0; row < BlockCode.ROWS; row++) {
          V128.Local sum = product(x, row, half, eights);
          if (sixteen % inGroup > 0) {
            c.set(sum, mode == DotMode.BYTES ? sum.i16x8Add(open[row]) : sum.i32x4Add(open[row]));
          }
          open[row] = sum;
          if (sixteen % inGroup == inGroup - 1) {
            close(row, sum, sixteen / inGroup);
          }
        }
      }
    }
    return c.v128(across());
  }

  /** Sixteen activations: bytes, or two times eight of 16 bits. */
  private V128.Local[] activations(I32 from, int sixteen) {
    if (mode == DotMode.BYTES) {
      return new V128.Local[] {c.v128(V128.load(from, SIXTEEN * sixteen))};
    }
    int at = 2 * SIXTEEN * sixteen;
    return new V128.Local[] {c.v128(V128.load(from, at)), c.v128(V128.load(from, at + SIXTEEN))};
  }

  /** Sums of products of sixteen values of a row: in 16 bits, or in 32. */
  private V128.Local product(V128.Local[] x, int row, int half, V128 eights) {
    I32[] of = new I32[INDICES / 2];
    for (int i = 0; i < of.length; i++) {
      of[i] = requireNonNull(offsets.get(half * of.length + i)).apply(row);
    }
    V128 values = block.sixteen(of);
    V128 bytes = spread(eights, 4 * row + 2 * half);
    if (mode == DotMode.BYTES) {
      V128 signed = negated(x[0], bytes);
      return c.v128(V128.of(Opcode.I16X8_RELAXED_DOT_I8X16_I7X16_S, signed, values));
    }
    V128.Local q = c.v128(negated(c.v128(values), bytes));
    V128 low = V128.of(Opcode.I16X8_EXTEND_LOW_I8X16_S, q).i32x4Dot(x[0]);
    return c.v128(low.i32x4Add(V128.of(Opcode.I16X8_EXTEND_HIGH_I8X16_S, q).i32x4Dot(x[1])));
  }

  /** Bytes {@code index} and {@code index + 1}, eight times each. */
  private static V128 spread(V128 eights, int index) {
    int[] lanes = new int[SIXTEEN];
    for (int i = 0; i < SIXTEEN; i++) {
      lanes[i] = index + i / 8;
    }
    return V128.of(Opcode.I8X16_SWIZZLE, eights, V128.bytes(lanes));
  }

  /** Bytes, negated where a bit says so. */
  private V128 negated(V128.Local bytes, V128 masks) {
    V128.Local negative = c.v128(V128.of(Opcode.I8X16_EQ, masks.and(BITS), BITS));
    return V128.of(Opcode.I8X16_SUB, bytes.xor(negative), negative);
  }

  private void close(int row, V128 sum, int group) {
    V128 scale = block.scaleOf(row, group);
    V128 scaled =
        mode == DotMode.BYTES
            ? sum.i32x4Dot(scale)
            : sum.i32x4Mul(V128.of(Opcode.I32X4_EXTEND_LOW_I16X8_S, scale));
    c.set(totals[row], totals[row].i32x4Add(scaled));
  }

  /** A lane for each row: the sum of its lanes. */
  private V128 across() {
    V128.Local first = c.v128(halved(totals[0], totals[1]));
    V128.Local second = c.v128(halved(totals[2], totals[3]));
    return V128.shuffle32(first, second, 0, 1, 4, 5)
        .i32x4Add(V128.shuffle32(first, second, 2, 3, 6, 7));
  }

  private static V128 halved(V128 a, V128 b) {
    return V128.shuffle32(a, b, 0, 4, 1, 5).i32x4Add(V128.shuffle32(a, b, 2, 6, 3, 7));
  }
}
