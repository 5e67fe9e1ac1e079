package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.model.Model;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose matrices are of the younger formats, on vectors and without. */
class FormatKernelsTest {
  private static final Path IQ3_S = RandomFiles.path("llama-iq3_s");

  private static float[] logits(LoadedModel loaded) {
    Model model = loaded.model();
    return model.forward(
        new int[] {1, 7, 300, 42, 5}, 0, model.newCache(16, KvType.F32), Model.Wanted.LAST);
  }

  private static float[] logits(Setup setup, Path path) {
    try (LoadedModel loaded = setup.open(path)) {
      return logits(loaded);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-mxfp4", "llama-iq3_s"})
  void vectorsGiveThePlainBackendsLogits(String name) {
    Path path = RandomFiles.path(name);
    float[] plain = logits(Setup.SCALAR, path);
    assertArrayEquals(plain, logits(Setup.REPACKED, path));
    assertArrayEquals(plain, logits(Setup.MAPPED, path));
    assertArrayEquals(plain, logits(Setup.STREAMED, path));
  }

  /** IQ3_S takes 110 bytes in the file for 256 values, and 148 in the copy. */
  @Test
  void largerCopiesAreOnlyMadeWhereThereIsRoom() {
    long growth;
    Footprint plan;
    try (MappedModel mapped = MappedModel.open(List.of(IQ3_S))) {
      Residency model = Residency.of(mapped.file());
      growth = MemoryPlan.growth(model);
      plan = MemoryPlan.of(model, options(Long.MAX_VALUE), LoadedModel.BATCH, 1);
    }
    assertTrue(growth > plan.weights() / 4, growth + " of " + plan.weights());
    assertEquals(0, copies(plan.total() + growth - 1));
    assertTrue(copies(plan.total() + growth) > plan.weights());
  }

  private static MemoryOptions options(long budget) {
    return new MemoryOptions(budget, 0, CachePolicy.LRU, 16, CacheOptions.of(KvType.F32));
  }

  /** Bytes that a pass adds to what the backend has. */
  private static long copies(long budget) {
    try (LoadedModel loaded =
        LoadedModel.builder(IQ3_S)
            .threads(1)
            .backend(Backend.NATIVE)
            .memory(budget)
            .context(16)
            .load()) {
      long before = loaded.backend().allocatedBytes();
      long cache = loaded.model().newCache(16, KvType.F32).spec().bytes();
      logits(loaded);
      return loaded.backend().allocatedBytes() - before - 2 * cache;
    }
  }
}
