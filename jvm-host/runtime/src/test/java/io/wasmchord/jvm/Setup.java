package io.wasmchord.jvm;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.jvm.vector.VectorBackend.Weights;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import java.nio.file.Path;
import java.util.List;

/** Every way in which a model computes here. */
enum Setup {
  REPACKED(Backend.NATIVE, Weights.REPACKED, false),
  MAPPED(Backend.VECTOR, Weights.MAPPED, false),
  STREAMED(Backend.VECTOR, Weights.MAPPED, true),
  SCALAR(Backend.SCALAR, Weights.REPACKED, false),
  SCALAR_STREAMED(Backend.SCALAR, Weights.REPACKED, true);

  static final Path DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  private static final int THREADS = 2;

  private final Backend backend;
  private final Weights weights;
  private final boolean streamed;

  Setup(Backend backend, Weights weights, boolean streamed) {
    this.backend = backend;
    this.weights = weights;
    this.streamed = streamed;
  }

  LoadedModel open(Path path) {
    List<Path> paths = List.of(path);
    LoadedModelBuilder builder =
        LoadedModel.builder(paths).threads(THREADS).backend(backend).weights(weights);
    if (streamed) {
      builder.memory(least(paths)).prefetch(0).layers(CachePolicy.LRU).context(1);
    }
    LoadedModel loaded = builder.load();
    if ((loaded.stream() != null) != streamed) {
      loaded.close();
      throw new AssertionError("not " + this);
    }
    return loaded;
  }

  /** The smallest budget that is enough. */
  long least(List<Path> paths) {
    int threads = backend == Backend.SCALAR ? 0 : THREADS;
    MemoryOptions nothing =
        new MemoryOptions(1, 0, CachePolicy.LRU, 1, CacheOptions.of(KvType.F32));
    try (MappedModel mapped = MappedModel.open(paths)) {
      return MemoryPlan.of(Residency.of(mapped.file()), nothing, LoadedModel.BATCH, threads)
          .total();
    } catch (OutOfMemoryException e) {
      return Long.parseLong(e.getMessage().replaceAll(".*at least (\\d+) bytes.*", "$1"));
    }
  }
}
