package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.SimdBackend;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.WeightSource;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the plain backend takes, the kernels of a browser take, or refuse when weights are bound.
 */
class BackendRefusalsTest {
  /** A file with one tensor of a single row, as a router of one expert is. */
  private static GgufFile file(TensorType type, int cols) {
    long bytes = type.rowBytes(cols);
    GgufWriter writer = new GgufWriter(32);
    writer.tensor(
        new TensorInfo("blk.0.ffn_gate_inp.weight", type, List.of((long) cols), 0, bytes),
        sink -> sink.write(new byte[(int) bytes], 0, (int) bytes));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    byte[] all = out.toByteArray();
    return GgufReader.parse(HeapMemory.wrap(all), all.length, "one");
  }

  private static SimdBackend simd(LinearAllocator allocator, Kernels kernels) {
    return new SimdBackend(
        allocator,
        kernels.module(),
        kernels.controls().getFirst(),
        SimdBackend.Threads.of(1),
        (control, list) -> true);
  }

  @Test
  void whatHasNoKernelsIsRefusedByName() {
    HeapWeights source = RandomFiles.file("llama-mxfp4");
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), "model.gguf");
    LinearAllocator allocator = new LinearAllocator(new HeapBank(16 << 20));
    LinearMemory bytes = allocator.allocate(source.size());
    bytes.putAll(0, source.bytes());
    HeapWeights other = RandomFiles.file("llama-f16");
    GgufFile others = GgufReader.parse(other.bytes(), other.size(), "other.gguf");
    SimdBackend simd =
        simd(
            allocator,
            Kernels.emit(
                List.of(others), new Kernels.Variant(true, false, false), 1, List.of(allocator)));
    UnsupportedModelException refusal =
        assertThrows(
            UnsupportedModelException.class,
            () -> ModelLoader.load(file, new Placed(bytes), simd, 4, RunControl.NONE));
    assertEquals(
        "model.gguf: tensor token_embd.weight has the format MXFP4, which the relaxed-simd backend"
            + " cannot compute EMBED with. Choose a file in another quantization, e.g. Q4_K_M.",
        refusal.getMessage());
  }

  private record Placed(LinearMemory bytes) implements WeightSource {
    @Override
    public String name() {
      return "model.gguf";
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public ByteView view(long offset, long length) {
      return bytes.slice(offset, length);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void theSameFormatsAndShapes(TensorType type) {
    ComputeBackend scalar = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    LinearAllocator allocator = new LinearAllocator(new HeapBank(16 << 20));
    int block = type.blockElements();
    for (boolean relaxed : new boolean[] {false, true}) {
      Kernels kernels =
          Kernels.emit(
              List.of(file(type, block)),
              new Kernels.Variant(relaxed, false, false),
              1,
              List.of(allocator));
      SimdBackend simd = simd(allocator, kernels);
      for (Op op : Op.values()) {
        assertEquals(scalar.supports(op, type), simd.supports(op, type), op + " " + type);
      }
      for (int rows : new int[] {1, 2, 3, 5, 16}) {
        for (int blocks = 1; blocks < 9 && simd.supports(Op.MATMUL, type); blocks++) {
          long bytes = rows * type.rowBytes(blocks * block);
          boolean vectors = type == TensorType.F32 && blocks < 4; // no product asks for them
          boolean refused = block == 1 && rows > 1 && blocks % 4 != 0 && !vectors;
          LinearMemory data = allocator.allocate(bytes);
          int cols = blocks * block;
          if (refused) { // the engine then takes the plain backend
            int count = rows;
            assertThrows(UnsupportedModelException.class, () -> simd.bind(type, count, cols, data));
          } else {
            assertEquals(rows, simd.bind(type, rows, cols, data).rows());
          }
          assertEquals(rows, scalar.bind(type, rows, cols, data).rows());
          allocator.release(data);
        }
      }
      kernels.drop(List.of(allocator));
    }
  }
}
