package io.wasmchord.e2e;

import com.microsoft.playwright.Page;
import io.wasmchord.e2e.FaultServer.Served;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Downloads of splits of models in a page's workers, without an engine. */
final class SplitLoads {
  /** Loads one split into a buffer, as the engine's worker does into memory. */
  private static final String WORKER =
      """
      import { HttpSplit } from 'ORIGIN/wasm-chord/load/http-split.js';
      import { StorageThread } from 'ORIGIN/wasm-chord/storage/storage.js';
      import { CHUNK, sha256 } from 'ORIGIN/wasm-chord/storage/store.js';
      const thread = new StorageThread();
      onmessage = async ({ data: { url, digest, cache, length, stallMs } }) => {
        if (!url) {
          return; // of a spawned worker
        }
        const notices = [];
        const retry = { attempts: 4, delayMs: 4, longestMs: 40, stallMs, offlineMs: 2000 };
        const split = new HttpSplit({ url, headers: {} }, { storage: cache ? thread : null, sha256: digest ?? undefined, retry, notice: (m) => notices.push(m), waiting() {}, full(m) { notices.push(m); } });
        const { signal } = new AbortController();
        const bytes = new Uint8Array(new SharedArrayBuffer(length));
        const place = (from, to) => (from / CHUNK % 2 === 0 ? bytes.subarray(from, to) : null); // every other chunk is gathered first
        let result;
        try {
          await split.open(65536, signal);
          split.describe(split.size ?? length);
          await split.reserve();
          await split.load(split.size ?? length, { write: (read, at) => bytes.set(read, at), place, needs: () => true, moved() {} }, signal);
          await split.finish();
          result = { sha256: await sha256(bytes.slice()), stored: split.stored, checked: split.checked };
        } catch (error) {
          result = { code: error.code ?? String(error.stack), message: error.message };
        }
        await split.close();
        postMessage({ ...result, notices });
      };
      await thread.ask('drop', {}); // it has read its script then
      postMessage('ready');
      """;

  /** Workers that are there are used again. */
  private static final String START =
      """
      async ({ code, count, spawning }) => {
        const { Spawner } = await import(spawning);
        window.loaders ??= [];
        const missing = Array.from({ length: Math.max(0, count - window.loaders.length) }, () => {
          const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
          return { worker, spawner: new Spawner(worker) };
        });
        window.loaders.push(...missing);
        return Promise.all(missing.map(({ worker, spawner }) => new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => spawner.take(data) || resolve();
          worker.onerror = (e) => reject(new Error(e.message));
        })));
      }
      """;

  private static final String LOAD =
      """
      (tasks) => Promise.all(tasks.map((task, i) => new Promise((resolve, reject) => {
        const { worker, spawner } = window.loaders[i];
        worker.onmessage = ({ data }) => spawner.take(data) || resolve(data);
        worker.onerror = (e) => reject(new Error(e.message));
        worker.postMessage(task);
      })))
      """;

  private final Page page;
  private final String origin;

  SplitLoads(Page page, String origin) {
    this.page = page;
    this.origin = origin;
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A download of a file.
   *
   * @param stallMs how long a server may be silent
   */
  record Task(Served served, boolean cache, boolean known, int stallMs) {
    /** As long as a busy machine is silent now and then. */
    private static final int PATIENT = 10_000;

    /** The same without faults that take time to be noticed. */
    Task patient() {
      return new Task(served, cache, known, PATIENT);
    }

    Map<String, Object> message() {
      Map<String, Object> message = new HashMap<>();
      message.put("url", served.url());
      message.put("cache", cache);
      message.put("length", served.content().length);
      message.put("stallMs", stallMs);
      message.put("digest", known ? digest(served.content()) : null);
      return message;
    }
  }

  /** Loads several files at once, each in another worker. */
  List<Map<String, Object>> load(List<Task> tasks) {
    start(tasks.size());
    return started(tasks);
  }

  /** Sees to it that there are so many workers, which have read their scripts. */
  void start(int count) {
    page.evaluate(
        START,
        Map.of(
            "code",
            WORKER.replace("ORIGIN", origin),
            "count",
            count,
            "spawning",
            origin + "/wasm-chord/threads/spawner.js"));
  }

  /** What the workers that were started made of the tasks. */
  @SuppressWarnings("unchecked")
  List<Map<String, Object>> started(List<Task> tasks) {
    return (List<Map<String, Object>>)
        page.evaluate(LOAD, tasks.stream().map(Task::message).toList());
  }

  /** Whether storage holds all of a file. */
  boolean has(Served served) {
    return (boolean)
        page.evaluate(
            "async ({ module, url }) => { const { ModelCache } = await import(module); return new ModelCache().has(url); }",
            Map.of("module", origin + "/wasm-chord/storage/cache.js", "url", served.url()));
  }

  /** Deletes what storage holds of a file. */
  void forget(Served served) {
    page.evaluate(
        "async ({ module, url }) => { const { ModelCache } = await import(module); await new ModelCache().delete(url); }",
        Map.of("module", origin + "/wasm-chord/storage/cache.js", "url", served.url()));
  }
}
