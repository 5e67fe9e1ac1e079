package io.wasmchord.web.kernels.products;

import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.formats.BlockCode;

/**
 * From a block's integer sums to its float term, as {@code docs/arithmetic.md} orders it.
 *
 * @param tile rows in a record of activations
 * @param from the activation with which the block, or the part of one, begins
 */
record Epilogue(BlockCode block, ActivationLayout format, int tile, int from) {
  private static final int SIXTEEN = 16;

  private V128 splat(I32 record, int word, int row) {
    return V128.load32Splat(record, 4 * ((format.quantWords() + word) * tile + row));
  }

  /** The activations' sums that go with {@link BlockCode#pairs}. */
  V128 activationSums(I32 record, int p, int row) {
    return splat(record, (block.pairSpan() == 16 ? 0 : 8) + p, row);
  }

  /** Where the sum of the activations of a part stands: of a block of 32, or of a half of one. */
  private int sumWord() {
    return block.values() == SIXTEEN ? 3 + from / SIXTEEN : 1;
  }

  /** A 32-block: {@code (d * da) * f32(sum)}, and {@code + m * s} with an offset. */
  V128 plain(V128 sum, V128 d, V128 m, I32 record, int row) {
    V128 exact = sum;
    if (block.bias() != 0) {
      int shift = Integer.numberOfTrailingZeros(block.bias());
      exact = sum.i32x4Sub(splat(record, sumWord(), row).i32x4Shl(shift));
    }
    V128 values = d.f32x4Mul(splat(record, 0, row)).f32x4Mul(exact.toFloats());
    return block.hasMinimum() ? values.f32x4Add(m.f32x4Mul(splat(record, 2, row))) : values;
  }

  /**
   * A 256-block: {@code da * (d * f32(sum))}, less {@code dMin * f32(sums)} inside with minimums;
   * with a bias, {@code sums} is taken off the integer sum.
   */
  V128 scaled(V128 sum, V128 sums, V128 d, V128 dMin, I32 record, int row) {
    V128 da = splat(record, 12, row);
    if (block.hasMinimum()) {
      V128 values = d.f32x4Mul(sum.toFloats());
      return da.f32x4Mul(values.f32x4Sub(dMin.f32x4Mul(sums.toFloats())));
    }
    V128 exact = block.bias() == 0 ? sum : sum.i32x4Sub(sums);
    return da.f32x4Mul(d.f32x4Mul(exact.toFloats()));
  }
}
