package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Plans count what layers with a sliding window store, not what the sequence has. */
class LoadPlanTest {
  private static final int TRAINED = 1 << 20;
  private static final long ROW = 4L * 2 * (16 + 16); // a key and a value of two heads
  private static final int RING = 400; // 5 + 127 + 256, in whole runs
  private static final long PLENTY = 1L << 40;

  private static LoadPlan plan(String name, int context, long budget, long bankBytes) {
    return plan(name, context, budget, bankBytes, 1);
  }

  private static LoadPlan plan(
      String name, int context, long budget, long bankBytes, int parallel) {
    return plan(name, context, budget, bankBytes, parallel, 0);
  }

  private static LoadPlan plan(
      String name, int context, long budget, long bankBytes, int parallel, int gpuLayers) {
    HeapWeights source = TinyFiles.file(name, TRAINED);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), name);
    LoadRequest request =
        new LoadRequest(
            context,
            CacheOptions.of(KvType.F32),
            PLENTY,
            budget,
            bankBytes,
            CachePolicy.PINNED,
            1,
            1,
            parallel,
            false,
            gpuLayers);
    return LoadPlan.of(Residency.of(file), request);
  }

  @Test
  void theCacheIsBounded() {
    assertEquals(
        (100_000 + 6 * RING) * ROW, plan("gemma3", 100_000, PLENTY, PLENTY).bytes().kvCache());
    assertEquals(4 * 100_000 * ROW / 2, plan("llama", 100_000, PLENTY, PLENTY).bytes().kvCache());
    long rows = 4 * RING * 4 * 32; // four layers of convolutions over 3 positions
    assertEquals(100_000 * ROW + rows, plan("lfm2", 100_000, PLENTY, PLENTY).bytes().kvCache());
    assertEquals(7 * 304 * ROW, plan("gemma3", 300, PLENTY, PLENTY).bytes().kvCache());
  }

  @Test
  void whatTheGpuHasIsCountedBesideWhatTheEngineHas() {
    LoadPlan cpu = plan("llama", 5000, PLENTY, PLENTY);
    LoadPlan all = plan("llama", 5000, PLENTY, PLENTY, 1, LoadRequest.ALL_LAYERS);
    GpuPlan gpu = Objects.requireNonNull(all.gpu());
    assertEquals(0, all.bytes().kvCache());
    assertTrue(gpu.kvCache() >= cpu.bytes().kvCache());
    assertEquals(1, all.layers().size());
    LoadPlan some = plan("llama", 5000, PLENTY, PLENTY, 1, 1);
    assertEquals(List.of(1, cpu.layers().layers() - 1), some.layers().counts());
    assertTrue(some.bytes().kvCache() > 0);
    assertTrue(Objects.requireNonNull(some.gpu()).kvCache() < gpu.kvCache());
    assertThrows(OutOfMemoryException.class, () -> plan("llama", 5000, 1 << 20, PLENTY, 1, 1));
  }

  @Test
  void everyParallelSequenceHasACache() {
    long one = plan("llama", 5000, PLENTY, PLENTY).bytes().kvCache();
    LoadPlan four = plan("llama", 5000, PLENTY, PLENTY, 4);
    assertEquals(4 * one, four.bytes().kvCache());
    long budget = four.bytes().total();
    assertFalse(plan("llama", 5000, budget, PLENTY, 4).streamed());
    assertTrue(plan("llama", 5000, budget - 1, PLENTY, 4).streamed());
    OutOfMemoryException e =
        assertThrows(OutOfMemoryException.class, () -> plan("llama", 5000, 4 * one, PLENTY, 4));
    assertTrue(e.getMessage().contains("5000 tokens, 4 times,"), e.getMessage());
    assertTrue(e.getMessage().contains("or less than parallel: 4"), e.getMessage());
  }

  /** Six layers and the large cache of the seventh: banks go by what each layer takes. */
  @Test
  void banksGoByLayer() {
    long large = 1_000_000 * ROW;
    LoadPlan plan = plan("gemma3", 1_000_000, PLENTY, large + (24 << 20));
    assertEquals(1, plan.layers().size(), "all but one layer are small");
    LoadPlan llama = plan("llama", 1_000_000, PLENTY, large + (24 << 20));
    assertTrue(llama.layers().size() > 1, "half as wide, all four large");
  }

  @Test
  void theLongestContextThatFitsIsNamedAndFits() {
    long budget = 60L << 20;
    for (String name : new String[] {"gemma3", "llama"}) {
      String message =
          assertThrows(OutOfMemoryException.class, () -> plan(name, TRAINED, budget, PLENTY))
              .getMessage();
      int longest = Integer.parseInt(message.replaceAll(".*at most (\\d+) tokens", "$1"));
      assertTrue(longest >= 64 && longest % 64 == 0, message);
      assertTrue(plan(name, longest, budget, PLENTY).bytes().total() <= budget, message);
    }
  }

  @Test
  void aBudgetBelowAnyContextIsRefusedWithAnotherRemedy() {
    String message =
        assertThrows(OutOfMemoryException.class, () -> plan("gemma3", 4096, 1000, PLENTY))
            .getMessage();
    assertTrue(message.contains("choose a smaller model or a larger memoryBudget"), message);
  }
}
