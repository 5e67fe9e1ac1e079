package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.web.assembler.V128;

/** What formats share that have integer minimums beside their scales. */
abstract class MinimumCode extends ScaledCode {
  private ByteScales minimums = ByteScales.NONE;

  MinimumCode(MinimumFormat format) {
    super(format);
  }

  /** Keeps the minimums of the block that has begun. */
  final void minimums(ByteScales ofBlock) {
    minimums = ofBlock;
  }

  @Override
  public final V128 pairs(int p) {
    return minimums.neighbours(p);
  }
}
