package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.WeightsUnavailableException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitFiles;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.LayerCacheStatistics;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that do not fit their memory budget: layers pass through slots of native memory. */
class StreamedWeightsTest {
  private static final int POSITIONS = 16;
  private static final int THREADS = 2;

  @TempDir Path folder;

  private static Path model(String name) {
    return RandomFiles.path(name);
  }

  private static MemoryOptions options(long budget, int prefetch, CachePolicy policy) {
    return new MemoryOptions(budget, prefetch, policy, POSITIONS, CacheOptions.of(KvType.F32));
  }

  /** The budget that a model of four layers needs for so many slots. */
  private static long budget(List<Path> paths, int slots) {
    try (MappedModel mapped = MappedModel.open(paths)) {
      Footprint one =
          MemoryPlan.of(
              Residency.of(mapped.file()),
              options(least(mapped.file()), 0, CachePolicy.LRU),
              128,
              THREADS);
      assertEquals(1, one.slots());
      return one.total() + (slots - 1) * one.slotBytes();
    }
  }

  private static long least(GgufFile file) {
    String message =
        assertThrows(
                OutOfMemoryException.class,
                () ->
                    MemoryPlan.of(Residency.of(file), options(1, 0, CachePolicy.LRU), 128, THREADS))
            .getMessage();
    return Long.parseLong(message.replaceAll(".*at least (\\d+) bytes.*", "$1"));
  }

  private static LoadedModelBuilder builder(List<Path> paths, MemoryOptions memory) {
    return LoadedModel.builder(paths)
        .threads(THREADS)
        .memory(memory.budget())
        .prefetch(memory.prefetch())
        .layers(memory.policy())
        .contextAtMost(memory.positions());
  }

  private static LoadedModel open(List<Path> paths, MemoryOptions memory) {
    return builder(paths, memory).load();
  }

  private static boolean readerRuns() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("chord-reader"));
  }

  @ParameterizedTest
  @CsvSource({
    "llama-q4_k_m, 1, 0, PINNED",
    "llama-q4_k_m, 1, 1, LRU",
    "llama-q4_k_m, 2, 1, PINNED",
    "llama-q4_k_m, 3, 1, PINNED",
    "llama-q4_k_m, 3, 2, LRU",
    "llama-f16, 2, 1, PINNED",
    "llama-q8_0, 3, 1, LRU",
    "qwen2-q4_k_m, 2, 1, PINNED",
    "mixtral-q4_k_m, 2, 1, LRU",
  })
  void theBitsAreThoseOfTheResidentModel(String name, int slots, int prefetch, CachePolicy policy) {
    List<Path> paths = List.of(model(name));
    MemoryOptions memory = options(budget(paths, slots), prefetch, policy);
    try (LoadedModel loaded = open(paths, memory)) {
      LayerStream stream = loaded.stream();
      assertTrue(stream != null && stream.plan().slots() == slots);
      assertEquals(GreedyRun.of(model(name)), GreedyRun.of(loaded));
      LayerCacheStatistics s = stream.statistics();
      assertEquals(0, (s.hits() + s.prefetchHits() + s.late() + s.misses()) % 4);
      assertTrue(s.bytesRead() > 0 && stream.bytesPerSecond() > 0);
      assertTrue(loaded.backend().allocatedBytes() < stream.plan().scratch());
      assertTrue(readerRuns());
    }
    assertFalse(readerRuns(), "closing ends the thread");
  }

  @Test
  void theScalarBackendStreamsToo() {
    List<Path> paths = List.of(model("llama-q4_k_m"));
    MemoryOptions memory = options(budget(paths, 2), 1, CachePolicy.PINNED);
    try (LoadedModel loaded = builder(paths, memory).backend(Backend.SCALAR).load()) {
      assertEquals(GreedyRun.of(paths.getFirst()), GreedyRun.of(loaded));
    }
  }

  @Test
  void splitModelsAreStreamedToo() throws IOException {
    HeapWeights whole = HeapWeights.read(model("llama-q4_k_m"));
    GgufFile header = GgufReader.parse(whole.bytes(), whole.size(), whole.name());
    List<Path> parts =
        SplitFiles.write(
            folder, "m", SplitFiles.cut(header, Files.readAllBytes(model("llama-q4_k_m")), 3));
    try (LoadedModel loaded = open(parts, options(budget(parts, 2), 1, CachePolicy.PINNED))) {
      assertEquals(GreedyRun.of(model("llama-q4_k_m")), GreedyRun.of(loaded));
    }
  }

  @Test
  void whatFitsStaysInMemory() {
    List<Path> paths = List.of(model("llama-q4_k_m"));
    try (LoadedModel loaded = open(paths, options(1L << 30, 1, CachePolicy.PINNED))) {
      assertNull(loaded.stream());
    }
  }

  @Test
  void aBudgetThatIsTooSmallNamesTheLeast() {
    List<Path> paths = List.of(model("llama-q4_k_m"));
    long least = budget(paths, 1);
    OutOfMemoryException e =
        assertThrows(
            OutOfMemoryException.class,
            () -> open(paths, options(least - 1, 1, CachePolicy.PINNED)).close());
    assertTrue(e.getMessage().contains(" at least " + least + " bytes"), e.getMessage());
    open(paths, options(least, 1, CachePolicy.PINNED)).close();
  }

  @Test
  void aFileCutShortWhileItIsOpenIsNamed() throws IOException {
    Path copy = Files.copy(model("llama-q4_k_m"), folder.resolve("copy.gguf"));
    List<Path> paths = List.of(copy);
    try (LoadedModel loaded = open(paths, options(budget(paths, 1), 1, CachePolicy.PINNED))) {
      byte[] whole = Files.readAllBytes(copy);
      GreedyRun.of(loaded);
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.truncate(whole.length / 2);
      }
      WeightsUnavailableException e =
          assertThrows(WeightsUnavailableException.class, () -> GreedyRun.of(loaded));
      assertEquals("weights_unavailable", e.code());
      assertTrue(e.getMessage().startsWith(copy + " ends before byte "), e.getMessage());
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(whole));
      }
      assertEquals(GreedyRun.of(model("llama-q4_k_m")), GreedyRun.of(loaded), "it is whole again");
    }
    assertFalse(readerRuns());
  }

  @Test
  void aClosedLoaderReadsNothingAndNobodyWaits() {
    List<Path> paths = List.of(model("llama-q4_k_m"));
    try (MappedModel mapped = MappedModel.open(paths);
        ModelChannels files = ModelChannels.open(paths);
        Arena arena = Arena.ofShared()) {
      LayerMap map = Residency.of(mapped.file()).layers();
      MemorySegment slot = arena.allocate(map.slotBytes());
      ChannelSlotLoader loader = new ChannelSlotLoader(files, map, List.of(slot));
      loader.close();
      loader.start(0, 0);
      assertFalse(loader.arrived(0));
      assertThrows(CancelledException.class, () -> loader.await(0));
      assertThrows(CancelledException.class, () -> files.read(0, slot, () -> true));
    }
  }
}
