package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of every decoder: a batch and a token are one list of kernels each, whatever is looked up or
 * chosen on the way. The kernels themselves do not run here.
 */
class SubmissionsTest {
  private static final int CONTEXT = 64;
  private static final int HEAP = 16 << 20;

  private int lists;

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

  static List<String> names() {
    return TinyFiles.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void oneListForABatchAndForAToken(String name) {
    HeapWeights source = TinyFiles.file(name, CONTEXT);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
    LinearAllocator allocator = new LinearAllocator(new HeapBank(HEAP));
    Kernels kernels =
        Kernels.emit(file, new Kernels.Variant(true, false, false), 2, List.of(allocator));
    SimdBackend backend =
        new SimdBackend(
            allocator,
            kernels.module(),
            kernels.controls().getFirst(),
            SimdBackend.Threads.of(2),
            (control, list) -> {
              lists++;
              return true;
            });
    LinearMemory bytes = allocator.allocate(source.size());
    bytes.putAll(0, source.bytes());
    try (Model model = ModelLoader.load(file, new Placed(bytes), backend, 8, RunControl.NONE)) {
      KvCache cache = model.newCache(CONTEXT, KvType.F32);
      model.forward(new int[5], 0, cache, Model.Wanted.LAST);
      assertEquals(1, lists);
      model.forward(new int[] {1}, 5, cache, Model.Wanted.LAST);
      assertEquals(2, lists);
    }
  }
}
