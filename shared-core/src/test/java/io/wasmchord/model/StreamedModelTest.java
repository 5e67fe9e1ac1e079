package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in several memories, or passing through few slots, give the bits of a resident model. */
class StreamedModelTest {
  private static final int[] PROMPT = {1, 20, 300, 41, 5, 66, 270, 8, 99, 10};

  private record File(HeapWeights source, GgufFile header) {
    static File read(String name) {
      HeapWeights source = RandomFiles.file(name);
      return new File(source, GgufReader.parse(source.bytes(), source.size(), source.name()));
    }
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static List<Float> logits(Model model) {
    List<Float> all = new ArrayList<>();
    GreedyLogits.compute(
        model,
        PROMPT,
        6,
        (position, rows) -> {
          for (float value : rows) {
            all.add(value);
          }
        });
    return all;
  }

  private static List<Float> resident(File file) {
    try (Model model = ModelLoader.load(file.header, file.source, backend(), 4, RunControl.NONE)) {
      return logits(model);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-q4_k_m", "qwen2-q4_k_m", "gemma3-q4_k_m", "mixtral-q4_k_m"})
  void banks(String name) {
    File file = File.read(name);
    List<Float> expected = resident(file);
    int all = ModelLoader.inspect(file.header).layers();
    for (List<Integer> layers :
        List.of(List.of(1, all - 1), List.of(2, 1, all - 3), List.of(0, all))) {
      List<ComputeBackend> backends = new ArrayList<>();
      layers.forEach(count -> backends.add(backend()));
      Banks banks = new Banks(backends, new LayerGroups(layers));
      try (Model model = ModelLoader.load(file.header, file.source, banks, 4, RunControl.NONE)) {
        assertEquals(expected, logits(model));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama-q4_k_m, 1, PINNED, 0",
    "llama-q4_k_m, 2, PINNED, 1",
    "llama-q4_k_m, 3, LRU, 2",
    "llama-f16, 1, LRU, 0",
    "qwen2-q4_k_m, 1, PINNED, 1",
    "gemma3-q4_k_m, 2, LRU, 1",
    "mixtral-q4_k_m, 1, LRU, 0",
  })
  void slots(String name, int count, CachePolicy policy, int distance) {
    File file = File.read(name);
    LayerMap map = Residency.of(file.header).layers();
    LayerSlots slots = CopiedSlots.of(map, file.source, count, policy, distance);
    try (Model model = ModelLoader.stream(file.header, file.source, backend(), slots, 4)) {
      assertEquals(resident(file), logits(model));
    }
    assertTrue(slots.cache().statistics().bytesRead() >= map.bytes(0) * map.layers());
  }
}
