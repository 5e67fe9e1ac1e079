package io.wasmchord.jvm;

import io.wasmchord.backend.scalar.ScalarBackend;
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
 * @param loadNanos the time that loading took
 */
public record LoadedModel(
    GgufFile file, Model model, Tokenizer tokenizer, MappedWeights weights, ThreadParallel parallel, long loadNanos)
    implements AutoCloseable {
  /** Maps {@code path} and loads it on the scalar backend with {@code threads} threads. */
  public static LoadedModel open(Path path, int threads, RunControl control) {
    long start = System.nanoTime();
    MappedWeights weights = MappedWeights.open(path);
    ThreadParallel parallel = new ThreadParallel(threads);
    ScalarBackend backend = new ScalarBackend(new SegmentAllocator(), parallel);
    try {
      GgufFile file = header(weights);
      Tokenizer tokenizer = Tokenizers.of(file.metadata());
      Model model = ModelLoader.load(file, weights, backend, control);
      return new LoadedModel(file, model, tokenizer, weights, parallel, System.nanoTime() - start);
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
