package io.wasmchord.web;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.ChordException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.weights.CachePolicy;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.teavm.jso.JSExport;

/**
 * What the worker's JavaScript calls. Every function that can fail returns {@code {"value": ...}}
 * or {@code {"error": {"code", "message"}}}; ids travel as texts of numbers separated by commas.
 */
public final class EngineExports {
  private static final Engine ENGINE = new Engine(); // one worker, one module, one engine

  private static @Nullable SamplingRequest sampling;

  private EngineExports() {}

  /** Nothing runs before JavaScript calls. */
  public static void main(String[] args) {}

  private static String call(Supplier<String> body) {
    try {
      return "{\"value\":" + body.get() + "}";
    } catch (ChordException e) {
      return error(e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      ENGINE.clearRequest();
      return error("internal", e.getClass().getName() + ": " + e.getMessage());
    }
  }

  private static String run(Runnable body) {
    return call(() -> {
      body.run();
      return "null";
    });
  }

  private static String error(String code, String message) {
    return JsonObject.of(
            "error", JsonObject.builder().put("code", code).put("message", message).build())
        .toString();
  }

  private static int[] ids(String list) {
    if (list.isEmpty()) {
      return new int[0];
    }
    String[] fields = list.split(",");
    int[] ids = new int[fields.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Integer.parseInt(fields[i]);
    }
    return ids;
  }

  @JSExport
  public static String headerRoom(int bytes) {
    return call(() -> Integer.toString(ENGINE.headerRoom(bytes)));
  }

  @JSExport
  public static String parseHeader(double fileSize, String name, boolean normalized) {
    return call(() -> ENGINE.parseHeader(fileSize, name, normalized));
  }

  @JSExport
  public static String plan(
      int contextLength,
      String cacheType,
      double granted,
      double budget,
      double bankBytes,
      String policy,
      int distance,
      int threads) {
    return call(() ->
        ENGINE.plan(
            new LoadRequest(
                contextLength,
                KvType.valueOf(cacheType.toUpperCase(Locale.ROOT)),
                (long) granted,
                (long) budget,
                (long) bankBytes,
                policy.equals("lru") ? CachePolicy.LRU : CachePolicy.PINNED,
                distance,
                threads)));
  }

  @JSExport
  public static String place() {
    return call(ENGINE::place);
  }

  @JSExport
  public static String emitKernels(boolean relaxed, boolean shared, int threads) {
    return call(() -> ENGINE.emitKernels(relaxed, shared, threads));
  }

  @JSExport
  public static void dropKernels() {
    ENGINE.dropKernels();
  }

  @JSExport
  public static String load() {
    return call(ENGINE::load);
  }

  @JSExport
  public static String memory() {
    return call(() -> ENGINE.loaded().memory());
  }

  @JSExport
  public static String addMessage(String role, String content, String extra) {
    return run(() -> ENGINE.loaded().requests().addMessage(role, content, extra));
  }

  @JSExport
  public static void addStop(String stop) {
    ENGINE.loaded().requests().addStop(stop);
  }

  @JSExport
  public static void clearRequest() {
    ENGINE.clearRequest();
  }

  @JSExport
  public static void sampling(
      int maxTokens,
      double temperature,
      int topK,
      double topP,
      double minP,
      double repetitionPenalty,
      double frequencyPenalty,
      double presencePenalty,
      double seed,
      boolean ignoreEnd) {
    sampling =
        new SamplingRequest(
            maxTokens,
            temperature,
            topK,
            topP,
            minP,
            repetitionPenalty,
            frequencyPenalty,
            presencePenalty,
            seed,
            ignoreEnd);
  }

  private static SamplingRequest request() {
    if (sampling == null) {
      throw new IllegalStateException("sampling was not set");
    }
    return sampling;
  }

  @JSExport
  public static String startChat(String template, String options) {
    return run(() -> ENGINE.loaded().requests().startChat(template, options, request()));
  }

  @JSExport
  public static String startText(String prompt) {
    return run(() -> ENGINE.loaded().requests().startText(prompt, request()));
  }

  @JSExport
  public static String startTokens(String prompt) {
    return run(() -> ENGINE.loaded().requests().startTokens(ids(prompt), request()));
  }

  @JSExport
  public static String step() {
    return call(() -> ENGINE.loaded().requests().step());
  }

  @JSExport
  public static String tokenize(String text, boolean addSpecial, boolean parseSpecial) {
    return call(() -> ENGINE.loaded().tokenize(text, addSpecial, parseSpecial));
  }

  @JSExport
  public static String detokenize(String ids, boolean special) {
    return call(() -> ENGINE.loaded().detokenize(ids(ids), special));
  }

  @JSExport
  public static String embedStart(
      String text, String pooling, boolean normalize, boolean truncate) {
    return run(
        () -> ENGINE.loaded().requests().embeddings().start(text, pooling, normalize, truncate));
  }

  @JSExport
  public static String embedTokens(
      String tokens, String pooling, boolean normalize, boolean truncate) {
    return run(() ->
        ENGINE.loaded().requests().embeddings().start(ids(tokens), pooling, normalize, truncate));
  }

  @JSExport
  public static String embedStep() {
    return call(() -> ENGINE.loaded().requests().embeddings().step());
  }

  @JSExport
  public static String embedEnd() {
    return run(() -> ENGINE.loaded().requests().embeddings().end());
  }

  @JSExport
  public static String logits(String tokens, int greedy, boolean all) {
    return call(() -> ENGINE.loaded().requests().logits(ids(tokens), greedy, all));
  }

  @JSExport
  public static void releaseLogits() {
    ENGINE.loaded().requests().releaseLogits();
  }
}
