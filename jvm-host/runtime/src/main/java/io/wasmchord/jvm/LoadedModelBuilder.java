package io.wasmchord.jvm;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadCache;
import io.wasmchord.jvm.download.DownloadPolicy;
import io.wasmchord.jvm.download.ModelAddress;
import io.wasmchord.jvm.vector.Profile;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.weights.CachePolicy;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model is loaded. Every value has a default, so that {@code
 * LoadedModel.builder(path).load()} is enough. A value that cannot be is refused by the method that
 * takes it, with an {@link InvalidRequestException} that names it; {@code null} is none. A builder
 * may be used again: every {@link #load} gives a model of its own.
 */
public final class LoadedModelBuilder {
  /** Tokens of the longest sequence where the caller names no number and the model allows them. */
  public static final int DEFAULT_CONTEXT = 4096;

  private static final long PREFIX_MEMORY = 128L << 20; // where no budget is set

  private final Files files;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Context context = new Context(DEFAULT_CONTEXT, true);
  private CacheOptions kvCache = CacheOptions.of(KvType.F32);
  private long memory = Long.MAX_VALUE;
  private int prefetch = 1;
  private CachePolicy layers = CachePolicy.PINNED;
  private Backend backend = Backend.AUTO;
  private VectorBackend.Weights weights = VectorBackend.Weights.REPACKED;
  private @Nullable Profile profile;
  private Normalization normalization = Normalization.AUTHORS;
  private @Nullable DownloadCache cache;
  private String sha256 = "";
  private final List<Lora> adapters = new ArrayList<>();
  private long adapterMemory;
  private @Nullable Long prefixMemory;
  private @Nullable LoadedModel draft;
  private boolean ownDraft;
  private RunControl control = RunControl.NONE;
  private ProgressListener progress = (phase, done, total) -> {};
  private Consumer<String> warnings = LoadedModelBuilder::log;

  /**
   * An adapter that is loaded with the model.
   *
   * @param name the address as it was given
   */
  private record Lora(String name, ModelAddress address, float scale) {}

  /** Where a model's files are found, in order. */
  private interface Files {
    List<Path> find(DownloadCache cache, String sha256, RunControl control);
  }

  /**
   * The longest sequence.
   *
   * @param tokens how many it has
   * @param shortened whether a model that takes fewer is loaded even so
   */
  private record Context(int tokens, boolean shortened) {}

  /** Reports to the listener as well. */
  private record Watched(RunControl control, ProgressListener listener) implements RunControl {
    @Override
    public boolean cancelled() {
      return control.cancelled();
    }

    @Override
    public void progress(String phase, long done, long total) {
      control.progress(phase, done, total);
      listener.progress(phase, done, total);
    }
  }

  private LoadedModelBuilder(Files files) {
    this.files = files;
  }

  static LoadedModelBuilder of(String address) {
    if (required("the model's address", address).isBlank()) {
      throw new InvalidRequestException(
          "the model's address is empty; name a path, http(s)://... or"
              + " hf:owner/repository/file.gguf");
    }
    ModelAddress parsed = ModelAddress.parse(address, System.getenv());
    return new LoadedModelBuilder((cache, sha, control) -> cache.fetchAll(parsed, sha, control));
  }

  static LoadedModelBuilder of(Path path) {
    ModelAddress local = new ModelAddress.Local(required("the model's path", path));
    return new LoadedModelBuilder((cache, sha, control) ->
        sha.isEmpty() ? MappedModel.splits(path) : cache.fetchAll(local, sha, control));
  }

  static LoadedModelBuilder of(List<Path> paths) {
    if (required("the list of the model's files", paths).isEmpty()) {
      throw new InvalidRequestException(
          "the list of the model's files is empty; name one at least");
    }
    List<Path> all = List.copyOf(paths);
    return new LoadedModelBuilder((cache, sha, control) -> all);
  }

  /** How many threads compute, at least 1; by default one for each processor. */
  public LoadedModelBuilder threads(int threads) {
    this.threads = (int) atLeast("threads", threads, 1);
    return this;
  }

  /**
   * Tokens of the longest sequence, at least 1: {@link LoadedModel#session} makes such ones, and
   * the memory budget has room for one. A model that takes fewer is refused by {@link #load}.
   */
  public LoadedModelBuilder context(int tokens) {
    this.context = new Context((int) atLeast("context", tokens, 1), false);
    return this;
  }

  /**
   * The same, for models that take at least so many; of another the longest sequence is its own. By
   * default {@link #DEFAULT_CONTEXT}.
   */
  public LoadedModelBuilder contextAtMost(int tokens) {
    this.context = new Context((int) atLeast("contextAtMost", tokens, 1), true);
    return this;
  }

  /** How keys and values of past tokens are stored; by default float32, which rounds nothing. */
  public LoadedModelBuilder kvCache(KvType type) {
    KvType chosen = required("kvCache", type);
    this.kvCache = new CacheOptions(chosen, kvCache.checkpoints(), kvCache.spacing());
    return this;
  }

  /**
   * How many copies of their state models with recurrent layers keep to go back to, and how many
   * tokens apart; by default 4, 256 tokens apart. A conversation that is changed is fed again from
   * the copy before the change. Other models need none. With 0 copies it is fed again from its
   * start.
   */
  public LoadedModelBuilder checkpoints(int number, int spacing) {
    this.kvCache = new CacheOptions(kvCache.type(), number, spacing);
    return this;
  }

  /**
   * Bytes that weights, one sequence's keys and values, and scratch may take, at least 1; by
   * default whatever they need. Where the weights do not fit, layers are read from the file while
   * others compute. What the JVM itself needs comes on top.
   */
  public LoadedModelBuilder memory(long bytes) {
    this.memory = atLeast("memory", bytes, 1);
    return this;
  }

  /** How many layers are read ahead of their use where not all fit; 0 or more, by default 1. */
  public LoadedModelBuilder prefetch(int layers) {
    this.prefetch = (int) atLeast("prefetch", layers, 0);
    return this;
  }

  /** Which layers stay in memory where not all fit; by default always the same. */
  public LoadedModelBuilder layers(CachePolicy policy) {
    this.layers = required("layers", policy);
    return this;
  }

  /**
   * A LoRA adapter that is loaded with the model and applied to all sequences that choose no
   * others; once for each. They are applied in this order, and {@link LoadedModel#adapters} calls
   * them by their addresses. The memory budget has room for them.
   *
   * @param address of one file, as a model's
   * @param scale how strongly it is applied: 1 as it was trained
   */
  public LoadedModelBuilder adapter(String address, float scale) {
    if (required("the adapter's address", address).isBlank()) {
      throw new InvalidRequestException("the adapter's address is empty; name a file");
    }
    if (adapters.stream().anyMatch(other -> other.name.equals(address))) {
      throw new InvalidRequestException(
          "adapter '" + address + "' is named twice; give it one scale");
    }
    adapters.add(
        new Lora(
            address,
            ModelAddress.parse(address, System.getenv()),
            AdapterOptions.scale(address, scale)));
    return this;
  }

  /**
   * Bytes of the memory budget that are kept for adapters that are loaded later, 0 or more; by
   * default none, so that they get what the model leaves.
   */
  public LoadedModelBuilder adapterMemory(long bytes) {
    this.adapterMemory = atLeast("adapterMemory", bytes, 0);
    return this;
  }

  /**
   * Bytes of the memory budget for what closed sessions held, 0 or more: a prompt that begins alike
   * is not read again. What was used longest ago goes first. By default 128 MiB, and none where
   * {@link #memory} sets a budget. Sessions that live share what they hold in any case.
   */
  public LoadedModelBuilder prefixMemory(long bytes) {
    this.prefixMemory = atLeast("prefixMemory", bytes, 0);
    return this;
  }

  /**
   * A smaller model with the same tokens, which can propose tokens in all sessions of this one
   * where {@link io.wasmchord.session.GenerationOptions#speculation} asks for it; the answers are
   * the same. The memory budget has room for both.
   *
   * @param smaller stays the caller's to close, after this model's sessions
   */
  public LoadedModelBuilder draft(LoadedModel smaller) {
    this.draft = required("draft", smaller);
    return this;
  }

  /**
   * Loads the block with which the model predicts further tokens, where its file has one, to
   * propose tokens in all sessions as {@link #draft} does. The memory budget has room for it.
   */
  public LoadedModelBuilder mtp() {
    this.ownDraft = true;
    return this;
  }

  /** What computes; by default the fastest that there is. */
  public LoadedModelBuilder backend(Backend backend) {
    this.backend = required("backend", backend);
    return this;
  }

  /** How vectors read weights; by default from a repacked copy, which is faster. */
  public LoadedModelBuilder weights(VectorBackend.Weights weights) {
    this.weights = required("weights", weights);
    return this;
  }

  /** Takes the time of the vector backend's steps; by default nothing does. */
  public LoadedModelBuilder profile(@Nullable Profile profile) {
    this.profile = profile;
    return this;
  }

  /** Whether text is normalized as the model's authors do; by default it is. */
  public LoadedModelBuilder normalization(Normalization normalization) {
    this.normalization = required("normalization", normalization);
    return this;
  }

  /** Where downloaded models are kept; by default {@link DownloadCache#defaultDirectory}. */
  public LoadedModelBuilder cache(DownloadCache cache) {
    this.cache = required("cache", cache);
    return this;
  }

  /**
   * The SHA-256 that the model's one file must have, in hexadecimal; by default a download is
   * checked against what the hub reports.
   */
  public LoadedModelBuilder sha256(String digest) {
    this.sha256 = required("sha256", digest);
    return this;
  }

  /** Is told how far the download and the load are. */
  public LoadedModelBuilder progress(ProgressListener listener) {
    this.progress = required("progress", listener);
    return this;
  }

  /** Can stop the download and the load, and is told how far they are. */
  public LoadedModelBuilder control(RunControl control) {
    this.control = required("control", control);
    return this;
  }

  /**
   * Is told what a user should know, such as why vectors do not compute; by default the logger
   * {@code io.wasmchord.jvm} is.
   */
  public LoadedModelBuilder warnings(Consumer<String> listener) {
    this.warnings = required("warnings", listener);
    return this;
  }

  /**
   * Downloads what is not here yet, and loads the model: from its mapped files, or where it does
   * not fit the memory budget with layers that pass through slots of memory. The results are the
   * same.
   *
   * @throws FileException when a file cannot be read
   * @throws io.wasmchord.jvm.download.DownloadException when a file cannot be had
   * @throws io.wasmchord.errors.MalformedGgufException when a file is no GGUF file
   * @throws io.wasmchord.errors.OutOfMemoryException when not even one layer at a time fits
   * @throws io.wasmchord.errors.DraftMismatchException when the draft model cannot propose tokens
   *     for it: their vocabularies differ, for example
   * @throws io.wasmchord.errors.UnsupportedModelException when the model cannot be computed, or has
   *     no block that predicts further tokens and that is asked for
   * @throws io.wasmchord.errors.InvalidAdapterException when an adapter is none of the model
   * @throws io.wasmchord.errors.UnsupportedAdapterException when an adapter cannot be applied whole
   * @throws io.wasmchord.errors.CancelledException when the control asks for it
   * @throws InvalidRequestException when the model does not take so long a context, or vectors are
   *     asked for and missing
   */
  public LoadedModel load() {
    ComputeOptions compute = new ComputeOptions(backend, weights, threads, profile);
    String notice = compute.notice();
    if (!notice.isEmpty()) {
      warnings.accept(notice);
    }
    if (ownDraft && draft != null) {
      throw new InvalidRequestException("mtp and draft both propose tokens; choose one of them");
    }
    RunControl watched = new Watched(control, progress);
    DownloadCache kept =
        cache != null
            ? cache
            : new DownloadCache(
                DownloadCache.defaultDirectory(System.getenv()), DownloadPolicy.standard());
    List<AdapterOptions.Chosen> chosen =
        adapters.stream()
            .map(a ->
                new AdapterOptions.Chosen(
                    a.name, kept.fetchAll(a.address, "", watched).getFirst(), a.scale))
            .toList();
    return Loading.load(
        files.find(kept, sha256, watched),
        compute,
        new MemoryOptions(memory, prefetch, layers, context.tokens, kvCache, prefixes()),
        new AdapterOptions(chosen, adapterMemory),
        new DraftOptions(draft, ownDraft),
        context.shortened,
        normalization,
        watched);
  }

  private long prefixes() {
    Long chosen = prefixMemory;
    long usual = memory == Long.MAX_VALUE ? PREFIX_MEMORY : 0;
    return chosen == null ? usual : chosen;
  }

  private static void log(String warning) {
    System.getLogger(LoadedModelBuilder.class.getPackageName()).log(Level.WARNING, warning);
  }

  private static long atLeast(String name, long value, int least) {
    if (value < least) {
      throw new InvalidRequestException(
          name + " is " + value + "; at least " + least + " is needed");
    }
    return value;
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new InvalidRequestException(name + " is null; leave it out for the default");
    }
    return value;
  }
}
