package io.wasmchord.jvm;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model over its files, with what belongs to it. It may be used from any number of threads: give
 * each a {@link io.wasmchord.session.Session} of its own, or let them share an {@link
 * io.wasmchord.embedding.Embedder}. They take turns, a batch of a prompt or a token at a time, in
 * the order in which they ask, and get the answers that they would get alone. A thread that is
 * interrupted, waiting or computing, ends with a {@link io.wasmchord.errors.CancelledException} and
 * stays interrupted.
 *
 * <p>After {@link #close} whatever was made of the model throws a {@link
 * io.wasmchord.errors.ClosedException}; header and tokenizer stay usable.
 */
public final class LoadedModel implements AutoCloseable {
  private final GgufFile file;
  private final SharedModel model;
  private final Tokenizer tokenizer;
  private final WeightSource weights;
  private final ComputeBackend backend;
  private final ThreadParallel parallel;
  private final long loadNanos;
  private boolean closed; // guarded by this

  static final int BATCH = 128; // unpacking a panel of weights is shared by so many tokens

  private LoadedModel(
      GgufFile file,
      SharedModel model,
      Tokenizer tokenizer,
      WeightSource weights,
      ComputeBackend backend,
      ThreadParallel parallel,
      long loadNanos) {
    this.file = file;
    this.model = model;
    this.tokenizer = tokenizer;
    this.weights = weights;
    this.backend = backend;
    this.parallel = parallel;
    this.loadNanos = loadNanos;
  }

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
   * @throws io.wasmchord.errors.OutOfMemoryException when not even one layer at a time fits
   */
  public static LoadedModel open(
      List<Path> paths, ComputeOptions options, MemoryOptions memory, RunControl control) {
    return open(paths, options, memory, Normalization.AUTHORS, control);
  }

  /**
   * The same, with text normalized as {@code normalization} says.
   *
   * @param paths all files, in order
   * @throws io.wasmchord.errors.OutOfMemoryException when not even one layer at a time fits
   */
  public static LoadedModel open(
      List<Path> paths,
      ComputeOptions options,
      MemoryOptions memory,
      Normalization normalization,
      RunControl control) {
    long start = System.nanoTime();
    MappedModel mapped = MappedModel.open(paths, control);
    WeightSource weights = mapped.weights();
    try {
      int threads = options.vectors() ? options.threads() : 0; // others have no memory of their own
      MemoryPlan plan = MemoryPlan.of(mapped.file(), memory, BATCH, threads);
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
      Tokenizer tokenizer = Tokenizers.of(file.metadata(), normalization, control);
      Model model =
          weights instanceof LayerStream stream
              ? ModelLoader.stream(file, stream, backend, stream.slots(), BATCH)
              : ModelLoader.load(file, weights, backend, BATCH, control);
      return new LoadedModel(
          file,
          new SharedModel(model),
          tokenizer,
          weights,
          backend,
          parallel,
          System.nanoTime() - startNanos);
    } catch (RuntimeException e) {
      backend.close();
      parallel.close();
      throw e;
    }
  }

  /** The header. */
  public GgufFile file() {
    return file;
  }

  /** What computes, for any number of threads. */
  public Model model() {
    return model;
  }

  /** From text to tokens and back, for any number of threads. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The time that loading took. */
  public long loadNanos() {
    return loadNanos;
  }

  /**
   * A short name of what computes: {@code scalar}, or {@code vector-} and the bits of a register.
   */
  public String backendName() {
    return backend.name();
  }

  /** The files' bytes. */
  WeightSource weights() {
    return weights;
  }

  /** What computes; to be used in the model's turns only. */
  ComputeBackend backend() {
    return backend;
  }

  /** What the layers pass through, or null where all are in memory. */
  @Nullable LayerStream stream() {
    return weights instanceof LayerStream stream ? stream : null;
  }

  /**
   * Ends the model and frees its memory, as soon as the step has ended that is being computed.
   * Threads that compute or wait get a {@link io.wasmchord.errors.ClosedException}. Closing again
   * does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    model.close();
    parallel.close();
    weights.close();
  }
}
