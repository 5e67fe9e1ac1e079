package io.wasmchord.web;

import io.wasmchord.backend.KvType;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.host.Clock;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.Model;
import io.wasmchord.session.Requirements;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.weights.LayerCache;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A model that computes. */
final class LoadedEngine implements EngineStage {
  private final PlannedModel planned;
  private final Compute compute;
  private final Model model;
  private final @Nullable LayerCache layers; // null where all are in memory
  private final @Nullable Session session; // null of an encoder
  private final Embedder embedder;
  private final Requests requests;

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
    int context = planned.plan().context();
    Tokenizer tokenizer = header().tokenizer();
    if (header().config().encoder()) {
      this.session = null;
      this.embedder = Embedder.of(model, tokenizer, context, cacheType());
    } else {
      Session one = new Session(model, tokenizer, context, cacheType(), Clock.system());
      this.session = one;
      this.embedder = Embedder.over(one, model, tokenizer);
    }
    this.requests = new Requests(this);
  }

  ModelHeader header() {
    return planned.header();
  }

  Model model() {
    return model;
  }

  /** How keys and values are stored. */
  KvType cacheType() {
    return planned.request().cacheType();
  }

  /** The engine's own memory. */
  LinearAllocator allocator() {
    return compute.storage.banks().getFirst();
  }

  /**
   * The conversation.
   *
   * @throws io.wasmchord.errors.EmbeddingOnlyException when the model is an encoder
   */
  Session session() {
    header().config().requireDecoder();
    return Objects.requireNonNull(session);
  }

  /** Vectors of texts; the conversation's cache serves for them, too. */
  Embedder embedder() {
    return embedder;
  }

  Requests requests() {
    return requests;
  }

  /** What the header says, the plan, and what became of it. */
  JsonObject describe() {
    return header()
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
    JsonObject.Builder json =
        JsonObject.builder()
            .put("modelBytes", weights)
            .put("kvCacheBytes", cache)
            .put("scratchBytes", Math.max(0, compute.storage.allocatedBytes() - weights - cache));
    if (layers != null) {
      json.put("layers", Figures.of(layers));
    }
    return json.build().toString();
  }

  String tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return JsonWriter.json(
        JsonArray.of(header().tokenizer().encode(text, addSpecial, parseSpecial)));
  }

  String detokenize(int[] ids, boolean special) {
    Tokenizer tokenizer = header().tokenizer();
    Requirements.tokens(ids, tokenizer.size());
    return JsonWriter.json(JsonValue.of(tokenizer.decode(ids, special)));
  }
}
