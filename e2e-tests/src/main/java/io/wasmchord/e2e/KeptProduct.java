package io.wasmchord.e2e;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.KernelRunner;
import io.wasmchord.web.simd.SimdBackend;

/**
 * A product that was computed and whose commands, operands and result stay where they are, so that
 * JavaScript can run it again on copies of the memory.
 *
 * @param list address of the commands: packing the activations, and the product
 * @param out address of the result
 * @param outBytes of the result
 * @param weightBytes of the quantized matrix
 */
record KeptProduct(int list, int out, long outBytes, long weightBytes) {
  private static final int ROWS = 49_152; // over 50 MB in every format: no cache holds it
  private static final int COLS = FusedComparison.COLS;

  /** Computes it with the kernels that {@code runner} runs. */
  static KeptProduct compute(
      LinearAllocator memory,
      KernelModule kernels,
      LinearMemory control,
      int threads,
      KernelRunner runner,
      TensorType type,
      int tokens) {
    int[] last = new int[1];
    SimdBackend backend =
        new SimdBackend(
            memory,
            kernels,
            control,
            new SimdBackend.Threads(threads, 0),
            (area, list) -> {
              last[0] = list.address();
              return runner.run(area, list);
            });
    LinearMemory weight = FusedComparison.weights(memory, type, ROWS);
    LinearMemory result = memory.allocate(4L * tokens * ROWS);
    Tensor x = FusedComparison.activations(backend, tokens);
    Commands commands =
        new Commands()
            .matmul(
                x,
                backend.bind(type, ROWS, COLS, weight),
                backend.bind(TensorType.F32, tokens, ROWS, result));
    backend.submit(commands).await(); // interleaves the weight
    backend.submit(commands).await();
    return new KeptProduct(last[0], result.address(), result.size(), weight.size());
  }
}
