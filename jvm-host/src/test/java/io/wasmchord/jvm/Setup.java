package io.wasmchord.jvm;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.vector.VectorBackend.Weights;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.CachePolicy;
import java.nio.file.Path;
import java.util.List;

/** Every way in which a model computes here. */
enum Setup {
  REPACKED(ComputeOptions.Backend.VECTOR, Weights.REPACKED, false),
  MAPPED(ComputeOptions.Backend.VECTOR, Weights.MAPPED, false),
  STREAMED(ComputeOptions.Backend.VECTOR, Weights.MAPPED, true),
  SCALAR(ComputeOptions.Backend.SCALAR, Weights.REPACKED, false),
  SCALAR_STREAMED(ComputeOptions.Backend.SCALAR, Weights.REPACKED, true);

  static final Path DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  private static final int THREADS = 2;

  private final ComputeOptions options;
  private final boolean streamed;

  Setup(ComputeOptions.Backend backend, Weights weights, boolean streamed) {
    this.options = new ComputeOptions(backend, weights, THREADS, null);
    this.streamed = streamed;
  }

  LoadedModel open(Path path) {
    List<Path> paths = List.of(path);
    MemoryOptions memory = MemoryOptions.unlimited();
    if (streamed) {
      memory = new MemoryOptions(least(paths), 0, CachePolicy.LRU, 1, KvType.F32);
    }
    LoadedModel loaded = LoadedModel.open(paths, options, memory, RunControl.NONE);
    if ((loaded.stream() != null) != streamed) {
      loaded.close();
      throw new AssertionError("not " + this);
    }
    return loaded;
  }

  /** The smallest budget that is enough. */
  private long least(List<Path> paths) {
    int threads = options.vectors() ? THREADS : 0;
    MemoryOptions nothing = new MemoryOptions(1, 0, CachePolicy.LRU, 1, KvType.F32);
    try (MappedModel mapped = MappedModel.open(paths)) {
      return MemoryPlan.of(Residency.of(mapped.file()), nothing, LoadedModel.BATCH, threads)
          .total();
    } catch (OutOfMemoryException e) {
      return Long.parseLong(e.getMessage().replaceAll(".*at least (\\d+) bytes.*", "$1"));
    }
  }
}
