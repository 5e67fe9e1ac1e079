package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture gives the scalar backend's bits on the vector backend. */
class ArchitectureParityTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};

  @TempDir private Path folder;

  static List<String> names() {
    return TinyFiles.names();
  }

  private static List<Float> logits(Model model) {
    List<Float> all = new ArrayList<>();
    GreedyLogits.compute(
        model,
        PROMPT,
        5,
        (position, rows) -> {
          for (float value : rows) {
            all.add(value);
          }
        });
    return all;
  }

  @ParameterizedTest
  @MethodSource("names")
  void vectorsGiveTheScalarBits(String name) throws IOException {
    HeapWeights source = TinyFiles.file(name);
    byte[] bytes = new byte[(int) source.size()];
    source.bytes().getBytes(0, bytes, 0, bytes.length);
    Path file = Files.write(folder.resolve("tiny.gguf"), bytes);
    try (LoadedModel loaded = LoadedModel.open(file, 2, RunControl.NONE);
        Model scalar =
            ModelLoader.load(
                GgufReader.parse(source.bytes(), source.size(), name),
                source,
                new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
                5,
                RunControl.NONE)) {
      assertTrue(loaded.backend().name().startsWith("vector-"), loaded.backend().name());
      assertEquals(logits(scalar), logits(loaded.model()));
    }
  }
}
