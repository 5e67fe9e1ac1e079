package io.wasmchord.web;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.host.Clock;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.session.Prefixes;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.session.speculation.Draft;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.gpu.GpuBackend;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.weights.LayerCache;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A model that computes. */
final class LoadedEngine implements EngineStage {
  private final PlannedModel planned;
  private final Compute compute;
  private final Model model;
  private final @Nullable LayerCache layers; // null where all are in memory
  private final List<Slot> slots;
  private final PageSessions sessions;
  private final Requests requests;
  private final LogitRows logits;
  private final PageAdapters adapters;

  /**
   * What computes.
   *
   * @param backend the first, which has what belongs to no layer
   * @param kernels null where plain code computes
   * @param storage where the weights are
   */
  record Compute(ComputeBackend backend, int threads, Storage storage, @Nullable Kernels kernels) {}

  /**
   * @param layers what brings them, or null where all are in memory
   * @param draft proposes tokens, or null
   */
  LoadedEngine(
      PlannedModel planned,
      Compute compute,
      Model model,
      @Nullable LayerCache layers,
      @Nullable Draft draft) {
    this.planned = planned;
    this.compute = compute;
    this.model = model;
    this.layers = layers;
    ModelHeader header = planned.header();
    int context = planned.plan().context();
    CacheOptions cache = planned.request().cache();
    LinearAllocator allocator = compute.storage.banks().getFirst();
    Prefixes prefixes = new Prefixes(model, 0); // of what lives alone
    this.adapters =
        new PageAdapters(
            model.adapters(), allocator, compute.backend instanceof GpuBackend gpu ? gpu : null);
    this.slots =
        IntStream.range(0, planned.request().parallel(header.config()))
            .mapToObj(i -> slot(header, model, context, cache, draft, prefixes))
            .toList();
    this.sessions = new PageSessions(header, model, cache, context, draft, allocator, prefixes);
    this.requests = new Requests(header, slots, sessions, allocator, adapters);
    this.logits = new LogitRows(allocator);
  }

  private static Slot slot(
      ModelHeader header,
      Model model,
      int context,
      CacheOptions cache,
      @Nullable Draft draft,
      Prefixes prefixes) {
    if (header.config().encoder()) {
      return new Slot(null, Embedder.of(model, header.tokenizer(), context, cache.type()));
    }
    Session session = new Session(model, header.tokenizer(), context, cache, Clock.system(), draft);
    session.join(prefixes);
    return new Slot(session, Embedder.over(session, model, header.tokenizer()));
  }

  /** What a page asks of the model. */
  Requests requests() {
    return requests;
  }

  /** What a page keeps of it. */
  PageSessions sessions() {
    return sessions;
  }

  PageAdapters adapters() {
    return adapters;
  }

  /** See {@link LogitRows}. */
  String logits(int[] tokens, int greedy, boolean all) {
    return logits.compute(model, tokens, greedy, all, planned.request().cache().type());
  }

  /** Goes on with another GPU, which has the weights: what was computed is computed anew. */
  void recover() {
    if (compute.backend instanceof GpuBackend gpu) {
      gpu.recover();
      model.cachesLost();
    }
  }

  /** Gives the memory of the last {@link #logits} back. */
  void releaseLogits() {
    logits.release();
  }

  /** What the header says, the plan, and what became of it. */
  JsonObject describe() {
    return planned
        .header()
        .describe()
        .put("contextLength", planned.plan().context())
        .put("backend", compute.backend.name())
        .put("threads", compute.threads)
        .put("memoryBytes", compute.storage.allocatedBytes())
        .put("plan", planned.plan().describe(planned.request(), planned.draftBytes()))
        .build();
  }

  /** See {@link Kernels#profile}. */
  String profile() {
    JsonArray rows = compute.kernels == null ? JsonArray.of() : compute.kernels.profile();
    return JsonWriter.json(rows);
  }

  /** What lies in memory now. */
  String memory() {
    long weights = planned.plan().bytes().model();
    long cache = slots.stream().mapToLong(Slot::cacheBytes).sum() + sessions.cacheBytes();
    long beside = weights + cache + adapters.bytes() + planned.draftBytes();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("modelBytes", weights)
            .put("kvCacheBytes", cache)
            .put("adapterBytes", adapters.bytes())
            .put("draftBytes", planned.draftBytes())
            .put("scratchBytes", Math.max(0, compute.storage.allocatedBytes() - beside));
    if (layers != null) {
      json.put("layers", Figures.of(layers));
    }
    return json.build().toString();
  }

  String tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return JsonWriter.json(
        JsonArray.of(planned.header().tokenizer().encode(text, addSpecial, parseSpecial)));
  }

  String detokenize(int[] ids, boolean special) {
    Tokenizer tokenizer = planned.header().tokenizer();
    Requirements.tokens(ids, tokenizer.size());
    return JsonWriter.json(JsonValue.of(tokenizer.decode(ids, special)));
  }
}
