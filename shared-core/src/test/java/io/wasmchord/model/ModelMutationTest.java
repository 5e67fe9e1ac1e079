package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Models of every architecture with other metadata and other tensor descriptions than they should
 * have: each computes two tokens or is refused with a typed error, in bounded memory.
 */
class ModelMutationTest {
  private static final int FILES = 1000;
  private static final int WARM = 300;
  private static final long MOST_BYTES = 24_000_000;

  @Test
  @Timeout(600) // one that hangs
  void everyMutationComputesOrIsRefused() {
    List<TinyModel> models = models();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int computed = 0;
    for (int seed = 0; seed < FILES; seed++) {
      TinyModel mutant = ModelMutations.of(models.get(seed % models.size()), new Random(seed));
      HeapWeights source = mutant.source();
      long before = threads.getCurrentThreadAllocatedBytes();
      computed += compute(source, seed) ? 1 : 0;
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(
          seed < WARM || allocated <= MOST_BYTES, "seed " + seed + " allocated " + allocated);
    }
    System.out.println(
        "Model mutations: seeds 0 to " + (FILES - 1) + ", " + computed + " computed");
    assertTrue(computed > FILES / 10 && computed < FILES, computed + " computed");
  }

  private static List<TinyModel> models() {
    List<TinyModel> models = new ArrayList<>();
    TinyDecoders.all().forEach(t -> models.add(t.model));
    TinyEncoders.all().forEach(t -> models.add(t.model()));
    TinyStacks.all().forEach(t -> models.add(t.model()));
    return models;
  }

  static boolean compute(HeapWeights source, int seed) {
    try {
      GgufFile file = TinyModel.header(source);
      ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
      try (Model model = ModelLoader.load(file, source, backend, 2, RunControl.NONE)) {
        twoTokens(model, KvType.values()[seed % KvType.values().length]);
      }
      return true;
    } catch (ChordException e) {
      return false;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed, e);
    }
  }

  private static void twoTokens(Model model, KvType type) {
    KvCache cache = model.newCache(Math.min(model.config().contextLength(), 40), type);
    int last = model.config().vocabulary() - 1;
    if (model.config().encoder() || model.config().stacks().decodes()) {
      int[] text = cache.spec().positions() > 1 ? new int[] {0, last} : new int[] {0};
      Encoding encoding = model.encode(text, cache);
      while (encoding.step()) {}
      model.projected(encoding.rows());
    }
    if (!model.config().encoder()) {
      model.forward(new int[] {0}, 0, cache, Model.Wanted.NONE);
      if (cache.spec().positions() > 1) {
        model.forward(new int[] {last}, 1, cache, Model.Wanted.LAST);
      }
    }
  }
}
