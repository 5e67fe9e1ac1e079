package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.simd.SimdBackend;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.WeightSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Models whose shapes the kernels refuse are run by plain code, with the same results. */
class PlainFallbackTest {
  private final HeapWeights weights = TinyFiles.narrow();
  private final GgufFile file = GgufReader.parse(weights.bytes(), weights.size(), weights.name());
  private final LinearAllocator allocator = new LinearAllocator(new HeapBank(32 << 20));

  /** The file in linear memory, where the engine's weights lie. */
  private WeightSource inLinearMemory() {
    LinearMemory all = allocator.allocate(weights.size());
    all.putAll(0, weights.bytes());
    return new WeightSource() {
      @Override
      public String name() {
        return weights.name();
      }

      @Override
      public long size() {
        return all.size();
      }

      @Override
      public LinearMemory view(long offset, long length) {
        return all.slice(offset, length);
      }

      @Override
      public void close() {}
    };
  }

  private SimdBackend simd() {
    Kernels kernels =
        Kernels.emit(
            List.of(file), new Kernels.Variant(false, false, false), 1, List.of(allocator));
    return new SimdBackend(
        allocator,
        kernels.module(),
        kernels.controls().getFirst(),
        SimdBackend.Threads.of(1),
        (control, list) -> true);
  }

  private Model load(WeightSource source, ComputeBackend backend) {
    return ModelLoader.load(file, source, backend, 4, RunControl.NONE);
  }

  private static float[] logits(Model model) {
    KvCache cache = model.newCache(8, KvType.F32);
    return model.forward(new int[] {3, 1, 4}, 0, cache, Model.Wanted.ALL);
  }

  @Test
  void plainCodeRunsWhatKernelsRefuse() {
    WeightSource source = inLinearMemory();
    Model model =
        PlainFallback.load(
            true,
            () -> load(source, simd()),
            () -> load(source, new ScalarBackend(allocator, Parallel.SINGLE)));
    Model plain = load(weights, new ScalarBackend(new HeapAllocator(), Parallel.SINGLE));
    assertArrayEquals(logits(plain), logits(model), 0f); // the kernels had changed nothing
  }

  @Test
  void elsewhereTheRefusalIsTheAnswerAndNamesTheRemedy() {
    WeightSource source = inLinearMemory();
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class,
            () ->
                PlainFallback.<Model>load(
                    false,
                    () -> load(source, simd()),
                    () -> {
                      throw new AssertionError("plain code cannot");
                    }));
    assertEquals("unsupported_model", e.code());
    assertTrue(e.getMessage().contains("rows of 30 values"), e.getMessage());
    assertTrue(e.getMessage().contains("simd: 'none'"), e.getMessage());
  }

  @Test
  void headsThatNoVectorDividesAreRefusedToo() {
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class, () -> simd().allocateKv(new KvSpec(1, 16, 5, 6, 6)));
    assertTrue(e.getMessage().contains("values of 6 floats"), e.getMessage());
  }

  @Test
  void otherErrorsAreNoReasonForPlainCode() {
    OutOfMemoryException full = new OutOfMemoryException("full");
    OutOfMemoryException thrown =
        assertThrows(
            OutOfMemoryException.class,
            () ->
                PlainFallback.<Model>load(
                    true,
                    () -> {
                      throw full;
                    },
                    () -> {
                      throw new AssertionError("not asked");
                    }));
    assertSame(full, thrown);
  }
}
