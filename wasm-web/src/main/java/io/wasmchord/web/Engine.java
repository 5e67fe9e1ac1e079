package io.wasmchord.web;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.chat.ChatPreset;
import io.wasmchord.chat.Message;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.Clock;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.ModelConfig;
import io.wasmchord.model.ModelLoader;
import io.wasmchord.session.FinishReason;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.session.InvalidRequestException;
import io.wasmchord.session.Session;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One model in one worker: header, data section, then requests. Results are JSON texts; the
 * worker's JavaScript drives it.
 */
final class Engine {
  private static final int SCALAR_BATCH = 16;
  private static final int MOST_BATCH =
      128; // unpacking a panel of weights is shared by so many tokens
  private static final int LEAST_BATCH = 16;
  private static final long BATCHED_BYTES = 1L << 37; // of weights times tokens: about a second
  private static final int DEFAULT_CONTEXT = 4096;

  private final LinearAllocator allocator = new LinearAllocator();
  private final List<Message> messages = new ArrayList<>();
  private final List<String> stops = new ArrayList<>();
  private @Nullable LinearMemory header;
  private @Nullable GgufFile file;
  private @Nullable Tokenizer tokenizer;
  private @Nullable LinearMemory data;
  private @Nullable Loaded loaded;
  private @Nullable Generation generation;
  private @Nullable LinearMemory logits; // rows of the last call
  private @Nullable Kernels kernels;

  private record Loaded(Model model, Tokenizer tokenizer, Session session, String backend) {}

  /** Room for the first {@code bytes} bytes of the file; replaces the room given before. */
  int headerRoom(int bytes) {
    if (header != null) {
      allocator.release(header);
    }
    header = allocator.allocate(bytes);
    return header.address();
  }

  /**
   * Parses what lies in the header's room; checks that the model can be run before more is fetched.
   */
  String parseHeader(double fileSize, String name) {
    LinearMemory prefix = require(header);
    GgufFile parsed = GgufReader.tryParse(prefix, (long) fileSize, name);
    if (parsed == null) {
      return new Json().put("complete", false).toString();
    }
    ModelLoader.inspect(parsed);
    tokenizer = Tokenizers.of(parsed.metadata());
    file = parsed;
    allocator.release(prefix);
    header = null;
    return new Json()
        .put("complete", true)
        .put("dataOffset", parsed.dataOffset())
        .put("dataBytes", parsed.dataBytes())
        .toString();
  }

  /** Room for the data section, into which the worker then streams it. */
  String dataRoom() {
    data = allocator.allocate(require(file).dataBytes());
    return new Json().put("address", data.address() & 0xFFFFFFFFL).toString();
  }

  /**
   * Emits the kernels that the model needs, to be compiled by the host.
   *
   * @param shared whether the memory is
   * @param threads how many will run them; one where memory is not shared
   * @return where the module's bytes lie, and where the threads' control area
   */
  String emitKernels(boolean relaxed, boolean shared, int threads) {
    dropKernels();
    kernels = Kernels.emit(require(file), relaxed, shared, threads, allocator);
    return kernels.describe();
  }

  /** Does without the kernels that were emitted. */
  void dropKernels() {
    if (kernels != null) {
      kernels.drop(allocator);
      kernels = null;
    }
  }

  /** Makes the model of header and data. */
  String load(int contextLength) {
    GgufFile gguf = require(file);
    LinearWeights weights = new LinearWeights(gguf.fileName(), gguf.dataOffset(), require(data));
    ComputeBackend backend =
        kernels == null
            ? new ScalarBackend(allocator, Parallel.SINGLE)
            : kernels.backend(allocator);
    int batch = kernels == null ? SCALAR_BATCH : batch(gguf.dataBytes());
    Model model = ModelLoader.load(gguf, weights, backend, batch, RunControl.NONE);
    int trained = model.config().contextLength();
    int context = contextLength == 0 ? Math.min(trained, DEFAULT_CONTEXT) : contextLength;
    Tokenizer words = require(tokenizer);
    Session session = new Session(model, words, context, Clock.system());
    loaded = new Loaded(model, words, session, backend.name());
    return info();
  }

  /** Tokens that a step feeds: many are faster, but an abort waits for the step's end. */
  private static int batch(long weightBytes) {
    int batch = MOST_BATCH;
    while (batch > LEAST_BATCH && batch * weightBytes > BATCHED_BYTES) {
      batch /= 2;
    }
    return batch;
  }

  private String info() {
    GgufFile gguf = require(file);
    ModelConfig config = require(loaded).model.config();
    Metadata m = gguf.metadata();
    TreeMap<String, Integer> types = new TreeMap<>();
    long parameters = 0;
    for (TensorInfo tensor : gguf.tensors()) {
      types.merge(tensor.type().name(), 1, Integer::sum);
      parameters += tensor.elements();
    }
    Json counts = new Json();
    types.forEach((type, count) -> counts.put(type, count));
    ChatPreset preset = ChatPreset.detect(m.string("tokenizer.chat_template", ""));
    return new Json()
        .put("name", m.string("general.name", gguf.fileName()))
        .put("architecture", config.architecture())
        .put("parameters", parameters)
        .put("fileBytes", gguf.dataOffset() + gguf.dataBytes())
        .put("contextLength", require(loaded).session.contextLength())
        .put("trainedContextLength", config.contextLength())
        .put("vocabularySize", config.vocabulary())
        .put("layers", config.layers())
        .put("hidden", config.hidden())
        .raw("tensorTypes", counts.toString())
        .raw(
            "chatTemplate",
            preset == null ? "null" : Json.quote(preset.name().toLowerCase(Locale.ROOT)))
        .put("backend", require(loaded).backend)
        .put("threads", kernels == null ? 1 : kernels.threads())
        .put("memoryBytes", allocator.allocatedBytes())
        .toString();
  }

  String memory() {
    long model = require(data).size();
    long cache = require(loaded).session.cacheBytes();
    return new Json()
        .put("modelBytes", model)
        .put("kvCacheBytes", cache)
        .put("scratchBytes", allocator.allocatedBytes() - model - cache)
        .toString();
  }

  void addMessage(String role, String content) {
    messages.add(new Message(Message.Role.byName(role), content));
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
  void startChat(String template, SamplingRequest request) {
    ChatPreset preset = template.equals("auto") ? ownPreset() : ChatPreset.byName(template);
    List<String> all = new ArrayList<>(stops);
    all.addAll(preset.stops());
    start(preset.encode(require(loaded).tokenizer, List.copyOf(messages)), all, request);
  }

  private ChatPreset ownPreset() {
    Metadata m = require(file).metadata();
    ChatPreset preset = ChatPreset.detect(m.string("tokenizer.chat_template", ""));
    if (preset == null) {
      throw new InvalidRequestException(
          require(file).fileName()
              + (m.has("tokenizer.chat_template")
                  ? " has a chat template of a kind"
                  : " has no chat template")
              + " that this version does not know; name one: chatml, llama2, llama3, zephyr or alpaca");
    }
    return preset;
  }

  /** Begins to continue a text. */
  void startText(String prompt, SamplingRequest request) {
    start(require(loaded).tokenizer.encode(prompt, true, true), List.copyOf(stops), request);
  }

  /** Begins to continue tokens. */
  void startTokens(int[] prompt, SamplingRequest request) {
    start(prompt, List.copyOf(stops), request);
  }

  private void start(int[] prompt, List<String> allStops, SamplingRequest request) {
    GenerationOptions options =
        new GenerationOptions(
            request.maxTokens(), allStops, request.options(), request.ignoreEnd());
    generation = require(loaded).session.start(prompt, options);
    clearRequest();
  }

  /** Computes one batch of the prompt or one token. */
  String step() {
    Generation g = require(generation);
    StringBuilder text = new StringBuilder();
    boolean more =
        g.step(piece -> {
          text.append(piece);
          return true;
        });
    Json json = new Json().put("more", more).put("text", text.toString());
    return more ? json.toString() : json.raw("result", result(g.result())).toString();
  }

  private static String result(GenerationResult r) {
    return new Json()
        .put("finish", r.finish() == FinishReason.LENGTH ? "length" : "stop")
        .put("promptTokens", r.promptTokens())
        .put("cachedTokens", r.cachedTokens())
        .put("completionTokens", r.tokens().length)
        .put("prefillMs", r.prefillNanos() / 1e6)
        .put("firstTokenMs", r.firstTokenNanos() / 1e6)
        .put("decodeMs", r.decodeNanos() / 1e6)
        .put("tokensPerSecond", r.decodePerSecond())
        .toString();
  }

  String tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return Json.array(require(loaded).tokenizer.encode(text, addSpecial, parseSpecial));
  }

  String detokenize(int[] ids, boolean special) {
    return Json.quote(require(loaded).tokenizer.decode(ids, special));
  }

  /**
   * Logits of {@code tokens} and of the greedy tokens that follow, as rows in linear memory until
   * {@link #releaseLogits}.
   */
  String logits(int[] tokens, int greedy, boolean all) {
    Model model = require(loaded).model;
    int vocabulary = model.config().vocabulary();
    int total = GreedyLogits.positions(tokens.length, greedy);
    int kept = all ? total : 1;
    releaseLogits();
    LinearMemory rows = allocator.allocate(4L * vocabulary * kept);
    logits = rows;
    int[] chosen =
        GreedyLogits.compute(
            model,
            tokens,
            greedy,
            (position, values) -> {
              int from = all ? 0 : values.length - vocabulary;
              long at = all ? position : 0;
              rows.putFloats(4L * vocabulary * at, values, from, values.length - from);
            });
    return new Json()
        .put("address", rows.address() & 0xFFFFFFFFL)
        .put("rows", kept)
        .put("columns", vocabulary)
        .raw("greedy", Json.array(chosen))
        .toString();
  }

  /** Gives the memory of the last {@link #logits} back. */
  void releaseLogits() {
    if (logits != null) {
      allocator.release(logits);
      logits = null;
    }
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new InvalidRequestException("the engine was called out of order");
    }
    return value;
  }
}
