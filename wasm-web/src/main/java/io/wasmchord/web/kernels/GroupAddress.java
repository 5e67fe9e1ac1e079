package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.MatMulArguments;

/** Where a weight's groups of four rows lie. */
record GroupAddress(I32.Local weight, I32.Local tail, I32.Local full, I32.Local bytes) {
  static GroupAddress of(Emit.Frame<MatMulArguments> f) {
    return new GroupAddress(
        f.argument(MatMulArguments.WEIGHT),
        f.argument(MatMulArguments.TAIL),
        f.argument(MatMulArguments.FULL_GROUPS),
        f.argument(MatMulArguments.GROUP_BYTES));
  }

  I32 of(I32 group) {
    return I32.select(group.lt(full), weight.plus(group.times(bytes)), tail);
  }
}
