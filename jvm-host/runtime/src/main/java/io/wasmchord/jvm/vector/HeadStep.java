package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.HeadValues;
import java.lang.foreign.MemorySegment;

/** Runs of values of heads. */
final class HeadStep {
  private HeadStep() {}

  /** The step that copies them; a unit is a run. */
  static WorkerPool.Step<KernelScratch> copy(Command.CopyHeads c) {
    int heads = c.heads();
    return RangeStep.rows(
        "copyHeads",
        c.tokens() * heads,
        (from, count) -> {
          for (int unit = from; unit < from + count; unit++) {
            long x = address(c.from(), unit / heads, unit % heads, heads);
            long out = address(c.to(), unit / heads, unit % heads, heads);
            MemorySegment.copy(ALL, x, ALL, out, 4L * c.count());
          }
        });
  }

  private static long address(HeadValues v, int token, int head, int heads) {
    long at = (long) token * v.tokenStride() + (long) head * v.headStride(heads) + v.offset();
    return VectorTensor.of(v.tensor()).address() + 4 * at;
  }
}
