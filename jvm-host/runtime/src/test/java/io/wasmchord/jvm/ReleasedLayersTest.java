package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.bytes.Memory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.SlotLoader;
import io.wasmchord.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A layer that leaves its slot takes along what the backend made of its weights. */
class ReleasedLayersTest {
  private static final int TOKENS = 40;

  @TempDir private Path folder;

  /** Copies layers at once. */
  private record Copied(LayerMap map, WeightSource source, List<Memory> slots)
      implements SlotLoader {
    @Override
    public void start(int layer, int slot) {
      for (LayerMap.SlotRange p : map.ranges(layer)) {
        slots.get(slot).putAll(p.slotOffset(), source.view(p.fileOffset(), p.bytes()));
      }
    }

    @Override
    public boolean arrived(int slot) {
      return true;
    }

    @Override
    public void await(int slot) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "qwen3moe", "lfm2"})
  void manyArrivalsTakeNoMoreMemoryThanOne(String name) throws IOException {
    Path path = TinyFiles.file(name).write(folder.resolve("tiny.gguf"));
    SegmentAllocator memory = new SegmentAllocator();
    try (MappedWeights source = MappedWeights.open(path)) {
      GgufFile file = GgufReader.parse(source.view(0, source.size()), source.size(), name);
      LayerMap map = Residency.of(file).layers();
      List<Memory> slots = new ArrayList<>();
      slots.add(memory.allocate(map.slotBytes()));
      LayerSlots through =
          new LayerSlots(map, slots, CachePolicy.LRU, 0, new Copied(map, source, slots));
      VectorBackend backend =
          new VectorBackend(
              new SegmentAllocator(), SegmentMemory::address, VectorBackend.Weights.REPACKED, 1);
      try (Model model = ModelLoader.stream(file, source, backend, through, 1)) {
        KvCache cache = model.newCache(TOKENS, KvType.F32);
        model.forward(new int[] {1}, 0, cache, Model.Wanted.LAST);
        long once = backend.allocatedBytes();
        for (int position = 1; position < TOKENS; position++) {
          model.forward(new int[] {position % 40}, position, cache, Model.Wanted.LAST);
          assertEquals(once, backend.allocatedBytes(), "at position " + position);
        }
      }
      long arrivals = through.cache().statistics().misses();
      assertTrue(arrivals >= (long) TOKENS * map.layers(), arrivals + " arrivals");
    } finally {
      memory.close();
    }
  }
}
