package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model over its files, with what belongs to it.
 *
 * @param weights the files' bytes; closed with the model
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
  static final int BATCH = 128; // unpacking a panel of weights is shared by so many tokens

  /**
   * Maps {@code path}, and the other parts if it is one of several, and loads it with {@code
   * threads} threads and the fastest kernels there are.
   */
  public static LoadedModel open(Path path, int threads, RunControl control) {
    return open(
        MappedModel.parts(path), ComputeOptions.of(threads), MemoryOptions.unlimited(), control);
  }

  /**
   * Loads a model: from its mapped files, or where it does not fit the memory budget with layers
   * that pass through slots of memory. The results are the same.
   *
   * @param paths all files, in order
   * @throws io.wasmchord.bytes.OutOfMemoryException when not even one layer at a time fits
   */
  public static LoadedModel open(
      List<Path> paths, ComputeOptions options, MemoryOptions memory, RunControl control) {
    return open(paths, options, memory, Normalization.AUTHORS, control);
  }

  /**
   * The same, with text normalized as {@code normalization} says.
   *
   * @param paths all files, in order
   * @throws io.wasmchord.bytes.OutOfMemoryException when not even one layer at a time fits
   */
  public static LoadedModel open(
      List<Path> paths,
      ComputeOptions options,
      MemoryOptions memory,
      Normalization normalization,
      RunControl control) {
    long start = System.nanoTime();
    MappedModel mapped = MappedModel.open(paths);
    WeightSource weights = mapped.weights();
    try {
      MemoryPlan plan = MemoryPlan.of(mapped.file(), memory, BATCH, options.threads());
      if (plan.streamed()) {
        LayerStream stream = LayerStream.open(paths, mapped.file(), plan, memory, control);
        weights.close(); // the header is read
        weights = stream;
        return start(mapped.file(), stream, options.mapped(), normalization, control, start);
      }
      return start(mapped.file(), weights, options, normalization, control, start);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static LoadedModel start(
      GgufFile file,
      WeightSource weights,
      ComputeOptions options,
      Normalization normalization,
      RunControl control,
      long startNanos) {
    ThreadParallel parallel = new ThreadParallel(options.threads());
    ComputeBackend backend = options.start(parallel);
    try {
      Tokenizer tokenizer = Tokenizers.of(file.metadata(), normalization);
      Model model =
          weights instanceof LayerStream stream
              ? ModelLoader.stream(file, stream, backend, stream.slots(), BATCH)
              : ModelLoader.load(file, weights, backend, BATCH, control);
      return new LoadedModel(
          file, model, tokenizer, weights, backend, parallel, System.nanoTime() - startNanos);
    } catch (RuntimeException e) {
      backend.close();
      parallel.close();
      throw e;
    }
  }

  /** What the layers pass through, or null where all are in memory. */
  public @Nullable LayerStream stream() {
    return weights instanceof LayerStream stream ? stream : null;
  }

  @Override
  public void close() {
    model.close();
    parallel.close();
    weights.close();
  }
}
