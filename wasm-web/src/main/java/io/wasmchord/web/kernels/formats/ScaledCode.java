package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.V128;

/** What formats with 256 values in a block share: integer scales as bytes. */
abstract class ScaledCode extends BlockCode {
  private ByteScales scales = ByteScales.NONE;

  ScaledCode(IntegerFormat format) {
    super(format);
  }

  ScaledCode(IntegerFormat format, int bias) {
    super(format, bias);
  }

  /** Keeps the scales of the block that has begun. */
  final void scales(ByteScales ofBlock) {
    scales = ofBlock;
  }

  @Override
  public final V128 scalePairs(int g) {
    return scales.twice(g);
  }

  @Override
  public final V128 scaleLanes(int g) {
    return scales.lanes(g);
  }

  /** The integer scale of group {@code g} of one row, eight times as int16. */
  final V128 rowScale(int row, int g) {
    return scales.ofRow(row, g);
  }

  /** The scales of groups {@code 2p} and {@code 2p + 1}, as int16. */
  final V128 neighbours(int p) {
    return scales.neighbours(p);
  }

  @Override
  public V128 pairs(int p) {
    return neighbours(p).i16x8Mul(V128.i16x8(bias()));
  }
}
