package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;

/**
 * A model over mapped files, with what belongs to it.
 *
 * @param backend what computes; closed with the model
 * @param loadNanos the time that loading took
 */
public record LoadedModel(
    GgufFile file,
    Model model,
    Tokenizer tokenizer,
    WeightSource weights,
    ComputeBackend backend,
    ThreadParallel parallel,
    long loadNanos)
    implements AutoCloseable {
  private static final int BATCH = 128; // unpacking a panel of weights is shared by so many tokens

  /**
   * Maps {@code path}, and the other parts if it is one of several, and loads it with {@code
   * threads} threads and the fastest kernels there are.
   */
  public static LoadedModel open(Path path, int threads, RunControl control) {
    return open(MappedModel.parts(path), ComputeOptions.of(threads), control);
  }

  /**
   * Maps a model's files and loads it.
   *
   * @param paths all of them, in order
   */
  public static LoadedModel open(List<Path> paths, ComputeOptions options, RunControl control) {
    long start = System.nanoTime();
    MappedModel mapped = MappedModel.open(paths);
    ThreadParallel parallel = new ThreadParallel(options.threads());
    ComputeBackend backend = options.start(parallel);
    try {
      GgufFile file = mapped.file();
      Tokenizer tokenizer = Tokenizers.of(file.metadata());
      Model model = ModelLoader.load(file, mapped.weights(), backend, BATCH, control);
      return new LoadedModel(
          file, model, tokenizer, mapped.weights(), backend, parallel, System.nanoTime() - start);
    } catch (RuntimeException e) {
      backend.close();
      parallel.close();
      mapped.close();
      throw e;
    }
  }

  @Override
  public void close() {
    model.close();
    parallel.close();
    weights.close();
  }
}
