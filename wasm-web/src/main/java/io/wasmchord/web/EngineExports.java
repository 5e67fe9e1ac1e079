package io.wasmchord.web;

import io.wasmchord.backend.KvType;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonWriter;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.weights.CachePolicy;
import java.util.Locale;
import java.util.function.Supplier;
import org.teavm.interop.Export;
import org.teavm.jso.JSExport;

/**
 * What the worker's JavaScript calls. Every function that can fail returns {@code {"value": ...}}
 * or {@code {"error": {"code", "message"}}}; ids travel as texts of numbers separated by commas.
 */
public final class EngineExports {
  private static final Engine ENGINE = new Engine(); // one worker, one module, one engine

  private static boolean deferred; // whether the next call is kept for perform
  private static Supplier<String> kept = () -> "";
  private static String performed = "";

  private EngineExports() {}

  /** Nothing runs before JavaScript calls. */
  public static void main(String[] args) {}

  private static String call(Supplier<String> body) {
    if (deferred) {
      deferred = false;
      kept = body;
      return "";
    }
    return answer(body);
  }

  /** Keeps the next call for {@link #perform}. */
  @JSExport
  public static void defer() {
    deferred = true;
  }

  /**
   * Makes the call that was kept. This is a function of WebAssembly itself, below which the engine
   * may wait for a promise; those that take and give texts are JavaScript's on the way.
   */
  @Export(name = "perform")
  public static void perform() {
    performed = answer(kept);
  }

  /** The text that the call gave. */
  @JSExport
  public static String performed() {
    return performed;
  }

  private static String answer(Supplier<String> body) {
    try {
      return "{\"value\":" + body.get() + "}";
    } catch (RuntimeException e) {
      return JsonObject.of("error", Told.error(e)).toString();
    }
  }

  private static String run(Runnable body) {
    return call(() -> {
      body.run();
      return "null";
    });
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
  public static String headerBuffer(int bytes) {
    return call(() -> Integer.toString(ENGINE.headerBuffer(bytes)));
  }

  @JSExport
  public static String parseHeader(double fileSize, String name, boolean normalized) {
    return call(() -> ENGINE.parseHeader(fileSize, name, normalized));
  }

  @JSExport
  public static String plan(
      int contextLength,
      String cacheType,
      int checkpoints,
      int checkpointSpacing,
      double granted,
      double budget,
      double bankBytes,
      String policy,
      int distance,
      int threads,
      int parallel,
      boolean head,
      int gpuLayers) {
    return call(() ->
        ENGINE.plan(
            new LoadRequest(
                contextLength,
                new CacheOptions(
                    KvType.valueOf(cacheType.toUpperCase(Locale.ROOT)),
                    checkpoints,
                    checkpointSpacing),
                (long) granted,
                (long) budget,
                (long) bankBytes,
                policy.equals("lru") ? CachePolicy.LRU : CachePolicy.PINNED,
                distance,
                threads,
                parallel,
                head,
                gpuLayers)));
  }

  /** Compares the GPU with plain code; see {@link Engine#referee}. */
  @JSExport
  public static String referee() {
    return call(ENGINE::referee);
  }

  @JSExport
  public static String place() {
    return call(ENGINE::place);
  }

  @JSExport
  public static String emitKernels(boolean relaxed, boolean shared, boolean counting, int threads) {
    return call(() -> ENGINE.emitKernels(new Kernels.Variant(relaxed, shared, counting), threads));
  }

  /** What the kernels noted since the last call; see {@link Kernels#profile}. */
  @JSExport
  public static String profile() {
    return call(() -> ENGINE.loaded().profile());
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

  /**
   * Takes a request, which is begun as soon as there is room for it; see {@link PageRequest}.
   *
   * @param id what it is called until {@link #end}; no other request is called so
   */
  @JSExport
  public static String request(int id, String json) {
    return run(() -> ENGINE.loaded().requests().take(id, json));
  }

  /** A buffer for a journal; see {@link Requests#journalBuffer}. */
  @JSExport
  public static String journalBuffer(int bytes) {
    return call(() -> Integer.toString(ENGINE.loaded().requests().journalBuffer(bytes)));
  }

  /** Goes on with the answer of the journal in the buffer; see {@link Requests#resume}. */
  @JSExport
  public static String resume(int id, int bytes, String now) {
    return call(() -> ENGINE.loaded().requests().resume(id, bytes, now).toString());
  }

  /** Computes a step of all requests that there is room for; see {@link Requests#step}. */
  @JSExport
  public static String step() {
    return call(() -> ENGINE.loaded().requests().step().toString());
  }

  /** Goes on with another GPU; see {@link LoadedEngine#recover}. */
  @JSExport
  public static String recover() {
    return run(() -> ENGINE.loaded().recover());
  }

  /** Notes that the page has changed an answer's logits; see {@link Scheduler#processed}. */
  @JSExport
  public static String processed(int id, int answer) {
    return run(() -> ENGINE.loaded().requests().processed(id, answer));
  }

  /** Ends a request, if it has not ended, and gives back what it holds. */
  @JSExport
  public static String end(int id) {
    return run(() -> ENGINE.loaded().requests().end(id));
  }

  /** Makes a session; see {@link PageSessions}. */
  @JSExport
  public static String openSession(int contextLength) {
    return call(() -> Integer.toString(ENGINE.loaded().sessions().open(contextLength)));
  }

  @JSExport
  public static String copySession(int session) {
    return call(() -> Integer.toString(ENGINE.loaded().sessions().copy(session)));
  }

  @JSExport
  public static String describeSession(int session) {
    return call(() -> ENGINE.loaded().sessions().describe(session).toString());
  }

  @JSExport
  public static String closeSession(int session) {
    return run(() -> ENGINE.loaded().sessions().close(session));
  }

  @JSExport
  public static String saveSession(int session, String notes) {
    return run(() -> ENGINE.loaded().sessions().save(session, notes));
  }

  @JSExport
  public static String nextSaved() {
    return call(() -> JsonWriter.json(ENGINE.loaded().sessions().nextSaved()));
  }

  @JSExport
  public static String restoreSession() {
    return call(() -> JsonWriter.json(ENGINE.loaded().sessions().restore()));
  }

  @JSExport
  public static String pushSaved(int bytes) {
    return call(() -> JsonWriter.json(ENGINE.loaded().sessions().pushSaved(bytes)));
  }

  @JSExport
  public static String endTransfer() {
    return run(() -> ENGINE.loaded().sessions().endTransfer());
  }

  /** A buffer for an adapter's whole file. */
  @JSExport
  public static String adapterBuffer(double bytes) {
    return call(() -> Integer.toString(ENGINE.loaded().adapters().buffer(bytes)));
  }

  /** Gives that buffer back. */
  @JSExport
  public static void dropAdapter() {
    ENGINE.loaded().adapters().drop();
  }

  /** Makes an adapter of what lies in the buffer, and gives it back. */
  @JSExport
  public static String loadAdapter(String name, String file, double room) {
    return call(() -> ENGINE.loaded().adapters().load(name, file, room).toString());
  }

  @JSExport
  public static String unloadAdapter(String name) {
    return run(() -> ENGINE.loaded().adapters().unload(name));
  }

  /** Chooses adapters for requests that choose none. */
  @JSExport
  public static String setAdapters(String json) {
    return run(() -> ENGINE.loaded().adapters().use(json));
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
  public static String logits(String tokens, int greedy, boolean all) {
    return call(() -> ENGINE.loaded().logits(ids(tokens), greedy, all));
  }

  @JSExport
  public static void releaseLogits() {
    ENGINE.loaded().releaseLogits();
  }
}
