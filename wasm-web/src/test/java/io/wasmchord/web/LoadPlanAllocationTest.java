package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.simd.SimdBackend;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of every architecture: what is planned for a browser is what its backend allocates, and at most a
 * tenth more. The kernels themselves do not run here.
 */
class LoadPlanAllocationTest {
  private static final int CONTEXT = 1000;
  private static final long PLENTY = 1L << 40;

  static Stream<String> names() {
    return Stream.concat(TinyFiles.names().stream(), TinyFiles.encoders().stream());
  }

  private static GgufFile file(String name) {
    boolean encoder = TinyFiles.encoders().contains(name);
    HeapWeights source = encoder ? TinyFiles.encoder(name) : TinyFiles.file(name, CONTEXT);
    return GgufReader.parse(source.bytes(), source.size(), name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void planned(String name) {
    for (int threads : new int[] {1, 4}) {
      for (boolean relaxed : new boolean[] {false, true}) {
        check(file(name), threads, relaxed);
      }
    }
  }

  private static void check(GgufFile file, int threads, boolean relaxed) {
    ModelConfig config = ModelLoader.inspect(file);
    LoadRequest request =
        new LoadRequest(0, KvType.F32, PLENTY, 0, PLENTY, CachePolicy.PINNED, 1, threads);
    LoadPlan plan = LoadPlan.of(file, config, request);
    LinearAllocator allocator = new LinearAllocator(new HeapBank(64 << 20));
    Storage storage = new Storage(file, plan, config.layers(), allocator);
    Kernels kernels = Kernels.emit(file, relaxed, false, threads, storage.banks());
    SimdBackend backend =
        new SimdBackend(
            allocator,
            kernels.module(),
            kernels.controls().getFirst(),
            SimdBackend.Threads.of(threads),
            (control, list) -> true);
    Banks banks = new Banks(List.of(backend), plan.layers());
    try (Model model = ModelLoader.load(file, storage, banks, plan.batch(), RunControl.NONE)) {
      KvCache cache = model.newCache(plan.context(), KvType.F32);
      int[] tokens = new int[Math.min(plan.batch(), plan.context() - 1)];
      if (config.encoder()) {
        Encoding encoding = model.encode(tokens, cache);
        while (encoding.step()) {}
        model.projected(encoding.rows());
      } else {
        model.forward(tokens, 0, cache, Model.Wanted.LAST);
        model.forward(new int[] {1}, tokens.length, cache, Model.Wanted.LAST);
      }
      long allocated = Bank.Main.BASE + allocator.allocatedBytes();
      String numbers =
          threads
              + " threads: planned "
              + plan.total()
              + ", allocated "
              + allocated
              + " of which "
              + kernels.bytes().size()
              + " are kernels";
      assertTrue(plan.total() >= allocated && plan.total() <= 1.1 * allocated, numbers);
    }
  }
}
