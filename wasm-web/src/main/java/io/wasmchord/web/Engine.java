package io.wasmchord.web;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.chat.Message;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.weights.LayerCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model in one worker: header, plan, weights, then requests. Results are JSON texts; the
 * worker's JavaScript drives it.
 */
final class Engine {
  private static final int SCALAR_BATCH = 16;

  private final LinearAllocator allocator = new LinearAllocator();
  private final List<Message> messages = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private final HeaderParts parts = new HeaderParts(allocator);
  private final LogitRows logits = new LogitRows(allocator);
  private @Nullable ModelHeader header;
  private @Nullable LoadRequest request;
  private @Nullable LoadPlan plan;
  private @Nullable Storage storage;
  private @Nullable Loaded loaded;
  private @Nullable Generation generation;
  private @Nullable StepText text; // of the generation
  private @Nullable Chats chats;
  private @Nullable Kernels kernels;

  private record Loaded(
      Model model,
      @Nullable Session session,
      Embeddings embeddings,
      String backend,
      @Nullable LayerCache layers) {}

  /** Room for the first {@code bytes} bytes of a file; replaces the room given before. */
  int headerRoom(int bytes) {
    return parts.room(bytes);
  }

  /**
   * Parses what lies in the header's room: the file's, or the next part's of a split one. With the
   * last one it checks that the model can be run, before more is fetched.
   *
   * @param normalized whether text is normalized where the model's authors do so
   */
  String parseHeader(double fileSize, String name, boolean normalized) {
    GgufFile part = parts.parse((long) fileSize, name);
    if (part == null) {
      return JsonObject.of("complete", JsonValue.of(false)).toString();
    }
    GgufFile whole = parts.whole();
    if (whole != null) {
      header = ModelHeader.of(whole, normalized ? Normalization.AUTHORS : Normalization.NONE);
      chats = new Chats(require(header));
    }
    return JsonObject.builder()
        .put("complete", true)
        .put("parts", parts.count())
        .put("end", part.dataOffset() + part.dataBytes())
        .build()
        .toString();
  }

  /** Decides how the model will lie in memory. */
  String plan(LoadRequest wanted) {
    ModelHeader h = require(header);
    request = wanted;
    plan = LoadPlan.of(h.file(), h.config(), wanted);
    return h.describe()
        .put("dataOffset", h.file().dataOffset())
        .put("plan", plan.describe(wanted))
        .build()
        .toString();
  }

  /** Takes the planned memory, into which the worker then streams the weights. */
  String place() {
    ModelHeader h = require(header);
    storage = new Storage(h.file(), require(plan), h.config().layers(), allocator);
    return storage.describe().toString();
  }

  /**
   * Emits the kernels that the model needs, to be compiled by the host.
   *
   * @param shared whether the memory is
   * @param threads how many will run them; one where memory is not shared
   * @return where the module's bytes lie, and where the threads' control areas
   */
  String emitKernels(boolean relaxed, boolean shared, int threads) {
    dropKernels();
    kernels =
        Kernels.emit(require(header).file(), relaxed, shared, threads, require(storage).banks());
    return kernels.describe().toString();
  }

  /** Does without the kernels that were emitted. */
  void dropKernels() {
    if (kernels != null) {
      kernels.drop(require(storage).banks());
      kernels = null;
    }
  }

  /**
   * Makes the model of header and weights. Where the kernels refuse its shapes, before anything is
   * computed, plain code runs it.
   */
  String load() {
    boolean plainCan =
        kernels != null && require(storage).banks().size() == 1 && !require(plan).streamed();
    return PlainFallback.load(
        plainCan,
        () -> load(backends()),
        () -> {
          kernels = null;
          return load(backends());
        });
  }

  private String load(List<? extends ComputeBackend> backends) {
    ModelHeader h = require(header);
    LayerSlots slots = require(plan).streamed() ? slots() : null;
    Model model = slots == null ? resident(backends) : streamed(backends.getFirst(), slots);
    int context = require(plan).context();
    KvType type = require(request).cacheType();
    Session session =
        h.config().encoder()
            ? null
            : new Session(model, h.tokenizer(), context, type, Clock.system());
    Embedder embedder =
        session == null
            ? Embedder.of(model, h.tokenizer(), context, type)
            : Embedder.over(session, model, h.tokenizer());
    LayerCache layers = slots == null ? null : slots.cache();
    Embeddings embeddings = new Embeddings(embedder, allocator);
    loaded = new Loaded(model, session, embeddings, backends.getFirst().name(), layers);
    return info();
  }

  /** Vectors of texts; the conversation's cache serves for them, too. */
  Embeddings embeddings() {
    return require(loaded).embeddings;
  }

  private Session session() {
    require(header).config().requireDecoder();
    return require(require(loaded).session);
  }

  private List<? extends ComputeBackend> backends() {
    List<LinearAllocator> banks = require(storage).banks();
    if (kernels != null) {
      return kernels.backends(banks);
    }
    if (banks.size() > 1) {
      throw new UnsupportedModelException(
          "a model beyond 4 GiB needs WebAssembly SIMD; this browser has none, or simd is 'none'");
    }
    return List.of(new ScalarBackend(allocator, Parallel.SINGLE));
  }

  private int batch() {
    return kernels == null ? SCALAR_BATCH : require(plan).batch();
  }

  private Model resident(List<? extends ComputeBackend> backends) {
    Banks banks = new Banks(List.copyOf(backends), require(plan).layers());
    return ModelLoader.load(
        require(header).file(), require(storage), banks, batch(), RunControl.NONE);
  }

  private LayerSlots slots() {
    Storage s = require(storage);
    LoadRequest r = require(request);
    return new LayerSlots(
        s.map(), s.slots(), r.policy(), r.distance(), new HostSlots(s.map(), s.name()));
  }

  private Model streamed(ComputeBackend backend, LayerSlots slots) {
    return ModelLoader.stream(require(header).file(), require(storage), backend, slots, batch());
  }

  private String info() {
    return require(header)
        .describe()
        .put("contextLength", require(plan).context())
        .put("backend", require(loaded).backend)
        .put("threads", kernels == null ? 1 : kernels.threads())
        .put("memoryBytes", allocated())
        .put("plan", require(plan).describe(require(request)))
        .build()
        .toString();
  }

  private long allocated() {
    long bytes = 0;
    for (LinearAllocator bank : require(storage).banks()) {
      bytes += bank.allocatedBytes();
    }
    return bytes;
  }

  String memory() {
    LoadPlan p = require(plan);
    long model = p.streamed() ? p.outside() + p.slots() * p.slotBytes() : p.weights();
    Session session = require(loaded).session;
    long cache = session == null ? 0 : session.cacheBytes();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("modelBytes", model)
            .put("kvCacheBytes", cache)
            .put("scratchBytes", Math.max(0, allocated() - model - cache));
    LayerCache layers = require(loaded).layers;
    if (layers != null) {
      json.put("layers", Figures.of(layers));
    }
    return json.build().toString();
  }

  /** Adds a message; {@code extra} is a JSON object of further fields for the model's template. */
  void addMessage(String role, String content, String extra) {
    messages.add(new Message(Message.Role.byName(role), content, ChatOptions.fields(extra)));
  }

  void addStop(String stop) {
    stops.add(stop);
  }

  /** Forgets messages and stops of a request that was not started. */
  void clearRequest() {
    messages.clear();
    stops.clear();
  }

  /** Begins to answer the messages that were added. */
  void startChat(String template, String options, SamplingRequest request) {
    // Before its template is looked for.
    require(header).config().requireDecoder();
    Chats.Chat chat =
        require(chats).chat(template, ChatOptions.parse(options, messages), stops, request);
    start(chat.prompt(), chat.options(), chat.text());
  }

  /** Begins to continue a text. */
  void startText(String prompt, SamplingRequest request) {
    startTokens(require(header).tokenizer().encode(prompt, true, true), request);
  }

  /** Begins to continue tokens. */
  void startTokens(int[] prompt, SamplingRequest request) {
    GenerationOptions options =
        new GenerationOptions(request.maxTokens(), stops, request.options(), request.ignoreEnd());
    start(prompt, options, StepText.whole(require(header).tokenizer()));
  }

  private void start(int[] prompt, GenerationOptions options, StepText receiver) {
    generation = session().start(prompt, options);
    text = receiver;
    clearRequest();
  }

  /** Computes one batch of the prompt or one token. */
  String step() {
    Generation g = require(generation);
    StepText t = require(text);
    boolean prefill = g.fed() < g.promptTokens();
    boolean more = g.step(t.listener());
    JsonObject.Builder json = t.take(more);
    if (prefill) {
      int fed = Math.min(g.fed(), g.promptTokens());
      json.put(
          "prefill",
          JsonObject.builder().put("loaded", fed).put("total", g.promptTokens()).build());
    }
    if (!more) {
      json.put("result", Figures.of(g.result()));
    }
    return json.build().toString();
  }

  String tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return JsonWriter.json(
        JsonArray.of(require(header).tokenizer().encode(text, addSpecial, parseSpecial)));
  }

  String detokenize(int[] ids, boolean special) {
    Tokenizer tokenizer = require(header).tokenizer();
    Requirements.tokens(ids, tokenizer.size());
    return JsonWriter.json(JsonValue.of(tokenizer.decode(ids, special)));
  }

  /** See {@link LogitRows}. */
  String logits(int[] tokens, int greedy, boolean all) {
    return logits.compute(require(loaded).model, tokens, greedy, all, require(request).cacheType());
  }

  /** Gives the memory of the last {@link #logits} back. */
  void releaseLogits() {
    logits.release();
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    return value;
  }
}
