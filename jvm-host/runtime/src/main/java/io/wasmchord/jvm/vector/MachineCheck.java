package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.machine.ActivationRecords;
import io.wasmchord.jvm.machine.ProductKernels;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * Compares a format's kernels in machine code with the scalar backend, on a few blocks, before they
 * are used: a processor that computes otherwise is noticed.
 */
final class MachineCheck {
  private static final int TOKENS = 15; // a tile of each size
  private static final short ONE_HUNDREDTH = Float.floatToFloat16(0.01f);

  private MachineCheck() {}

  /** Whether they give the same bits. */
  static boolean passes(TensorType type, IntegerFormat format, ProductKernels kernels) {
    int cols = cols(format);
    Random random = new Random(type.toString().hashCode());
    byte[] weights = weights(type, cols, random);
    float[] x = new float[TOKENS * cols];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Arrays.equals(
        scalar(type, cols, weights, x), machine(type, format, kernels, weights, x));
  }

  private static int cols(IntegerFormat format) {
    return Math.max(format.values(), format.partner().blockValues());
  }

  private static byte[] weights(TensorType type, int cols, Random random) {
    byte[] bytes = new byte[(int) (Width.ROWS * type.rowBytes(cols))];
    random.nextBytes(bytes);
    BlockLayout layout = BlockLayout.of(type, 1);
    for (int block = 0; block < bytes.length; block += layout.blockBytes()) {
      for (int h = 0; h < layout.halves(); h++) {
        int at = block + layout.halvesAt() + 2 * h;
        bytes[at] = (byte) ONE_HUNDREDTH;
        bytes[at + 1] = (byte) (ONE_HUNDREDTH >> 8);
      }
    }
    return bytes;
  }

  private static float[] scalar(TensorType type, int cols, byte[] weights, float[] x) {
    try (ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE)) {
      Tensor weight = backend.bind(type, Width.ROWS, cols, HeapMemory.wrap(weights));
      Tensor in = backend.allocate(TensorType.F32, TOKENS, cols);
      Tensor out = backend.allocate(TensorType.F32, TOKENS, Width.ROWS);
      float[] results = new float[TOKENS * Width.ROWS];
      HeapMemory floats = HeapMemory.ofSize(4 * x.length);
      floats.putFloats(0, x, 0, x.length);
      backend.write(in, 0, floats);
      backend.submit(new Commands().matmul(in, weight, out).readBack(out, results, 0)).await();
      return results;
    }
  }

  private static float[] machine(
      TensorType type, IntegerFormat format, ProductKernels kernels, byte[] weights, float[] x) {
    int cols = cols(format);
    BlockForm form = MachineForms.of(format);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stored = arena.allocate(weights.length, 64);
      MemorySegment.copy(weights, 0, stored, ValueLayout.JAVA_BYTE, 0, weights.length);
      MemorySegment packed = arena.allocate(WeightRows.packedBytes(form, Width.ROWS, cols), 64);
      WeightRows rows =
          new WeightRows(type, Width.ROWS, cols, stored.address(), packed.address(), form);
      rows.pack(0);
      MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x);
      MemorySegment out = arena.allocate(4L * TOKENS * Width.ROWS, 64);
      Activations values = Activations.allocate(format.partner(), TOKENS, cols);
      WorkerPool.Step<KernelScratch> fill = values.fill(in.address(), TOKENS);
      fill.run(0, fill.units(), new KernelScratch());
      ActivationRecords records = values.records();
      int tile;
      for (int t = 0; records != null && t < TOKENS; t += tile) {
        tile = kernels.tile(TOKENS - t);
        kernels.run(
            packed.address(), records, t, tile, rows.blocks(), out.address() + 4L * t * Width.ROWS);
      }
      return out.toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
