package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of every architecture: what is planned is what is allocated, and at most a tenth more. */
class MemoryPlanTest {
  private static final int CONTEXT = 160;
  private static final int THREADS = 2;

  @TempDir private Path folder;

  static Stream<String> names() {
    Stream<String> stacks =
        Stream.concat(TinyFiles.encoderDecoders().stream(), TinyFiles.encodersAlone().stream());
    return Stream.concat(
        Stream.concat(TinyFiles.names().stream(), TinyFiles.encoders().stream()), stacks);
  }

  private Path file(String name) throws IOException {
    boolean encoder = TinyFiles.encoders().contains(name);
    HeapWeights source = encoder ? TinyFiles.encoder(name) : TinyFiles.file(name, CONTEXT);
    return source.write(folder.resolve("tiny.gguf"));
  }

  private static LoadedModelBuilder builder(Path file, Backend backend) {
    return LoadedModel.builder(file)
        .threads(THREADS)
        .backend(backend)
        .weights(VectorBackend.Weights.MAPPED)
        .prefetch(0)
        .layers(CachePolicy.LRU)
        .contextAtMost(CONTEXT);
  }

  private static MemoryOptions memory(long budget, KvType type) {
    return new MemoryOptions(budget, 0, CachePolicy.LRU, CONTEXT, CacheOptions.of(type));
  }

  /** Feeds a batch and a token, or a text, so that all is allocated that ever is. */
  private static void compute(Model model, KvType type) {
    int positions = Math.min(CONTEXT, model.config().contextLength());
    KvCache cache = model.newCache(positions, type);
    int[] tokens = new int[Math.min(positions - 1, 20)];
    if (model.config().encoder() || model.config().stacks().decodes()) {
      Encoding encoding = model.encode(tokens, cache);
      while (encoding.step()) {}
      model.projected(encoding.rows());
    }
    if (!model.config().encoder()) {
      model.forward(tokens, 0, cache, Model.Wanted.LAST);
      model.forward(new int[] {1}, tokens.length, cache, Model.Wanted.LAST);
    }
  }

  private static void assertPlanned(long planned, long allocated, String what) {
    String numbers = what + ": planned " + planned + ", allocated " + allocated;
    assertTrue(planned >= allocated && planned <= 1.1 * allocated, numbers);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aModelInMemory(String name) throws IOException {
    Path file = file(name);
    for (Backend backend : List.of(Backend.SCALAR, Backend.VECTOR)) {
      boolean vectors = backend == Backend.VECTOR;
      KvType type = vectors ? KvType.F32 : KvType.F16;
      int threads = vectors ? THREADS : 0;
      MemoryOptions memory = memory(Long.MAX_VALUE, type);
      try (LoadedModel loaded = builder(file, backend).kvCache(type).load()) {
        Footprint plan =
            MemoryPlan.of(Residency.of(loaded.file()), memory, LoadedModel.BATCH, threads);
        compute(loaded.model(), type);
        assertPlanned(
            plan.kvCache() + plan.scratch(),
            loaded.backend().allocatedBytes() + threads * VectorBackend.THREAD_BYTES,
            name + " " + backend);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aModelWhoseLayersPassThroughSlots(String name) throws IOException {
    Path file = file(name);
    Footprint whole;
    try (MappedModel mapped = MappedModel.open(List.of(file))) {
      whole =
          MemoryPlan.of(
              Residency.of(mapped.file()),
              memory(Long.MAX_VALUE, KvType.F32),
              LoadedModel.BATCH,
              THREADS);
    }
    LoadedModelBuilder builder = builder(file, Backend.VECTOR).memory(whole.total() - 1);
    try (LoadedModel loaded = builder.load()) {
      LayerStream stream = loaded.stream();
      assertTrue(stream != null, "streamed");
      compute(loaded.model(), KvType.F32);
      assertTrue(stream.plan().slots() > 0, name);
      assertPlanned(
          stream.plan().total(),
          loaded.backend().allocatedBytes()
              + stream.allocatedBytes()
              + THREADS * VectorBackend.THREAD_BYTES,
          name);
    }
  }
}
