package io.wasmchord.web;

import io.wasmchord.embedding.Embedder;
import io.wasmchord.host.Clock;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.weights.LayerCache;
import org.jspecify.annotations.Nullable;

/** A model that computes. */
final class LoadedEngine implements EngineStage {
  private final PlannedModel planned;
  private final Compute compute;
  private final Model model;
  private final @Nullable LayerCache layers; // null where all are in memory
  private final @Nullable Session session; // null of an encoder
  private final Requests requests;
  private final LogitRows logits;
  private final PageAdapters adapters;

  /**
   * What computes.
   *
   * @param backend its name
   * @param storage where the weights are
   */
  record Compute(String backend, int threads, Storage storage) {}

  LoadedEngine(PlannedModel planned, Compute compute, Model model, @Nullable LayerCache layers) {
    this.planned = planned;
    this.compute = compute;
    this.model = model;
    this.layers = layers;
    ModelHeader header = planned.header();
    int context = planned.plan().context();
    CacheOptions cache = planned.request().cache();
    Session one =
        header.config().encoder()
            ? null
            : new Session(model, header.tokenizer(), context, cache, Clock.system());
    Embedder embedder = // in the conversation's cache, where there is one
        one == null
            ? Embedder.of(model, header.tokenizer(), context, cache.type())
            : Embedder.over(one, model, header.tokenizer());
    LinearAllocator allocator = compute.storage.banks().getFirst();
    this.session = one;
    this.adapters = new PageAdapters(model.adapters(), allocator);
    this.requests = new Requests(header, one, embedder, allocator, adapters);
    this.logits = new LogitRows(allocator);
  }

  /** What a page asks of the model. */
  Requests requests() {
    return requests;
  }

  PageAdapters adapters() {
    return adapters;
  }

  /** See {@link LogitRows}. */
  String logits(int[] tokens, int greedy, boolean all) {
    return logits.compute(model, tokens, greedy, all, planned.request().cache().type());
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
        .put("backend", compute.backend)
        .put("threads", compute.threads)
        .put("memoryBytes", compute.storage.allocatedBytes())
        .put("plan", planned.plan().describe(planned.request()))
        .build();
  }

  /** What lies in memory now. */
  String memory() {
    long weights = planned.plan().bytes().model();
    long cache = session == null ? 0 : session.cacheBytes();
    long beside = weights + cache + adapters.bytes();
    JsonObject.Builder json =
        JsonObject.builder()
            .put("modelBytes", weights)
            .put("kvCacheBytes", cache)
            .put("adapterBytes", adapters.bytes())
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
