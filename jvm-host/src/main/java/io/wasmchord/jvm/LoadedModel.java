package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.nio.file.Path;

/**
 * A model over a mapped file, with what belongs to it.
 *
 * @param backend what computes; closed with the model
 * @param loadNanos the time that loading took
 */
public record LoadedModel(
    GgufFile file,
    Model model,
    Tokenizer tokenizer,
    MappedWeights weights,
    ComputeBackend backend,
    ThreadParallel parallel,
    long loadNanos)
    implements AutoCloseable {
  private static final int BATCH = 128; // unpacking a panel of weights is shared by so many tokens

  /**
   * Maps {@code path} and loads it with {@code threads} threads and the fastest kernels there are.
   */
  public static LoadedModel open(Path path, int threads, RunControl control) {
    return open(path, ComputeOptions.of(threads), control);
  }

  /** Maps {@code path} and loads it. */
  public static LoadedModel open(Path path, ComputeOptions options, RunControl control) {
    long start = System.nanoTime();
    MappedWeights weights = MappedWeights.open(path);
    ThreadParallel parallel = new ThreadParallel(options.threads());
    ComputeBackend backend = options.start(parallel);
    try {
      GgufFile file = header(weights);
      Tokenizer tokenizer = Tokenizers.of(file.metadata());
      Model model = ModelLoader.load(file, weights, backend, BATCH, control);
      return new LoadedModel(
          file, model, tokenizer, weights, backend, parallel, System.nanoTime() - start);
    } catch (RuntimeException e) {
      backend.close();
      parallel.close();
      weights.close();
      throw e;
    }
  }

  /** Parses the header of a mapped file. */
  static GgufFile header(MappedWeights weights) {
    return GgufReader.parse(weights.view(0, weights.size()), weights.size(), weights.name());
  }

  @Override
  public void close() {
    model.close();
    parallel.close();
    weights.close();
  }
}
