package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AddMixedArguments;
import io.wasmchord.web.kernels.arguments.MatchLengthArguments;
import io.wasmchord.web.kernels.arguments.SparsifyArguments;
import io.wasmchord.web.memory.Region;

/**
 * The commands of models with several residual streams, as kernels. Each returns what it writes.
 */
final class StreamEncoder {
  private final CommandList list;

  StreamEncoder(CommandList list) {
    this.list = list;
  }

  Region addMixed(Command.AddMixed c) {
    SimdTensor out = SimdTensor.of(c.out().tensor());
    long before = 4L * c.out().from();
    list.add(
        KernelModule.ADD_MIXED,
        c.x().rows() * c.outRuns(),
        new AddMixedArguments(
            SimdTensor.of(c.x()).region(),
            SimdTensor.of(c.factors()).region(),
            out.region().part(before, out.region().bytes() - before),
            c.runs(),
            c.outRuns(),
            c.width(),
            c.constant() ? 0 : c.factors().cols(),
            out.cols()));
    return out.region();
  }

  Region matchLength(Command.MatchLength c) {
    SimdTensor x = SimdTensor.of(c.x());
    Region like = SimdTensor.of(c.like()).region();
    list.add(
        KernelModule.MATCH_LENGTH,
        x.rows(),
        new MatchLengthArguments(x.region(), like, x.cols(), c.eps()));
    return x.region();
  }

  Region sparsify(Command.Sparsify c) {
    SimdTensor x = SimdTensor.of(c.x());
    list.add(
        KernelModule.SPARSIFY,
        x.rows(),
        new SparsifyArguments(x.region(), x.cols(), c.deviations()));
    return x.region();
  }
}
