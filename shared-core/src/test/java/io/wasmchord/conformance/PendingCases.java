package io.wasmchord.conformance;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.List;

/** Submissions that are awaited late, or not at all: they and writes take effect in their order. */
final class PendingCases {
  private static final int COLS = 64;

  private PendingCases() {}

  static List<ConformanceCase> all() {
    return List.of(
        new ConformanceCase("pending writes between submissions", PendingCases::writes),
        new ConformanceCase("pending list that is submitted twice", PendingCases::twice));
  }

  private static HeapMemory bytes(float[] values) {
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    return bytes;
  }

  /** Each submission sees what was written before it, and not what was written after. */
  private static float[] writes(Rig rig) {
    Inputs in = new Inputs("pending writes");
    ComputeBackend backend = rig.backend();
    Tensor x = rig.activation(1, COLS, in.floats(COLS, 3f));
    Guarded sums = rig.guarded(3, COLS).with(in.floats(3 * COLS, 2f));
    Completion first = backend.submit(backend.record().add(sums.inner().rows(0, 1), x));
    HeapMemory second = bytes(in.floats(COLS, 5f));
    backend.write(x, 0, second);
    second.putFloats(0, new float[COLS], 0, COLS); // the bytes are ours again
    Completion other = backend.submit(backend.record().add(sums.inner().rows(1, 1), x));
    backend.write(x, 4L * (COLS / 2), bytes(in.floats(COLS / 2, 7f)));
    float[] all = sums.after(backend.record().add(sums.inner().rows(2, 1), x));
    other.await();
    first.await();
    first.await();
    return all;
  }

  /** A list that was submitted holds what it held, and can be submitted again at once. */
  private static float[] twice(Rig rig) {
    Inputs in = new Inputs("pending twice");
    ComputeBackend backend = rig.backend();
    Tensor y = rig.activation(2, COLS, in.floats(2 * COLS, 3f));
    Guarded x = rig.guarded(2, COLS).with(in.floats(2 * COLS, 2f));
    Commands commands = backend.record().add(x.inner(), y).scale(x.inner(), 0.75f);
    backend.submit(commands);
    backend.submit(commands);
    commands.softCap(x.inner(), 4f);
    return x.after(commands);
  }
}
