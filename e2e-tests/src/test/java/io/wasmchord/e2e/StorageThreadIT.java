package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.FaultServer.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The thread that keeps a model while the engine's worker loads it. */
class StorageThreadIT extends BrowserTest {
  private static final int CHUNK = 4 << 20;
  private static final int AHEAD = 8; // chunks on their way to storage
  private static final String TOKYO = "The capital of Japan is Tokyo.";

  private static final String ANSWER =
      """
      async (given) => {
        const notices = [];
        const chord = await WasmChord.load(given.url, { onProgress: (p) => { if (p.phase === 'notice') notices.push(p.message); } });
        const { choices: [{ message }] } = await chord.chat.completions.create({ messages: [{ role: 'user', content: 'What is the capital of Japan?' }], temperature: 0 });
        const { cache } = chord.modelInfo();
        await chord.dispose();
        return [message.content, cache.stored, notices.filter((n) => n.includes('not kept')).length].join('|');
      }
      """;

  /** Lets {@code heard(f)} see every message that comes to a worker's port before its receiver. */
  private static final String HEARD =
      """
      function heard(see) {
        const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
        Object.defineProperty(MessagePort.prototype, 'onmessage', {
          set(receive) {
            set.call(this, ({ data }) => see(data, (message) => receive({ data: message })));
          },
        });
      }
      """;

  /** Chunks get no further than the thread, until somebody says so on the channel. */
  private static final String HELD =
      HEARD
          + """
          const held = [];
          const channel = new BroadcastChannel('storage');
          let holding = true;
          let receive;
          heard((data, next) => {
            receive = next;
            if (data.call === 'put' && holding) {
              held.push(data);
              channel.postMessage(held.length);
            } else {
              next(data);
            }
          });
          channel.onmessage = () => {
            holding = false;
            held.splice(0).forEach((data) => receive(data));
            channel.postMessage('released');
          };
          """;

  /** Puts as many chunks as may be on their way, and then asks for room for one more. */
  private static final String QUEUE =
      """
      import { StorageThread, Storage } from './storage/storage.js';
      const CHUNK = 4 << 20;
      const channel = new BroadcastChannel('storage');
      const turns = async () => {
        for (let i = 0; i < 20; i++) {
          await new Promise((resolve) => { setTimeout(resolve, 0); });
        }
      };
      const open = async (signal) => {
        const thread = new StorageThread(signal);
        const storage = await Storage.open(thread, 'https://test.invalid/queue.gguf', 'queue.gguf');
        storage.describe({ size: 20 * CHUNK, etag: 'one', modified: null, digest: null });
        await storage.reserve();
        return { thread, storage };
      };
      onmessage = async ({ data: { ahead, cancelling } }) => {
        if (!ahead) {
          return; // of a spawned worker
        }
        const control = new AbortController();
        const { thread, storage } = await open(control.signal);
        for (let i = 0; i < ahead; i++) {
          const chunk = await storage.room();
          chunk.fill(i + 1);
          storage.put(i, chunk);
        }
        let room = 'waits';
        const more = storage.room().then(() => { room = 'there'; });
        await turns();
        const seen = [room];
        if (cancelling) {
          control.abort(new DOMException('enough', 'AbortError'));
        } else {
          channel.postMessage('go');
        }
        await more;
        seen.push(room);
        if (!cancelling) {
          await storage.settle(null);
        }
        await storage.close();
        thread.stop();
        const again = await open();
        seen.push(again.storage.entry.chunks.size);
        const last = again.storage.has(ahead - 1) ? await again.storage.read(ahead - 1) : [null];
        seen.push(last.every((b) => b === ahead) && last.length);
        again.storage.reset();
        await again.storage.close();
        again.thread.stop();
        postMessage(seen.join(' '));
      };
      """;

  private FaultServer server;
  private byte[] demo;

  @BeforeAll
  void serve() throws IOException {
    server = new FaultServer();
    Path models = Path.of(System.getProperty("chord.root"), "models");
    demo = Files.readAllBytes(models.resolve("wasm-chord-demo-q4_k_m.gguf"));
  }

  @AfterAll
  void end() {
    server.close();
  }

  /** A model of {@code chunks} chunks: the demo's, and zeros behind its tensors. */
  private Served served(String name, int chunks) {
    return server.add(name, Arrays.copyOf(demo, chunks * CHUNK), Map.of(), 1);
  }

  @Test
  void aThreadThatCannotStartOrDiesEndsTheKeepingNotTheLoading() throws IOException {
    Served served = served("dies.gguf", 4);
    String dies =
        """
        let puts = 0;
        heard((data, next) => {
          if (data.call === '%s' && ++puts === %d) {
            throw new Error('the thread died');
          }
          next(data);
        });
        """;
    for (String prefix :
        List.of(
            "throw new Error('it cannot start');\n",
            HEARD + dies.formatted("open", 1),
            HEARD + dies.formatted("put", 2),
            HEARD + dies.formatted("settle", 1))) {
      try (SiteVariant variant = SiteVariant.of(Map.of(), "store-worker.js", prefix);
          EnginePage page = new EnginePage(chromium, variant.server())) {
        assertEquals(
            TOKYO + "|false|1", page.evaluate(ANSWER, Map.of("url", served.url())), prefix);
      }
    }
  }

  @Test
  void theJournalSaysThatAChunkIsThereAfterItsBytesAre() throws IOException {
    Served served = served("order.gguf", 6);
    String recorded =
        """
        const handles = globalThis.FileSystemSyncAccessHandle?.prototype; // in workers only
        if (handles) {
          const real = handles.write;
          const channel = new BroadcastChannel('order');
          handles.write = function recording(bytes, place) {
            const text = bytes.length < 1000 ? new TextDecoder().decode(bytes) : '';
            const copy = text ? null : bytes.slice();
            const written = real.call(this, bytes, place);
            channel.postMessage(text ? { line: text } : { chunk: place.at / (4 << 20), bytes: copy });
            return written;
          };
        }
        """;
    try (SiteVariant variant = SiteVariant.of(Map.of(), "storage/store.js", recorded);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          TOKYO + "|true|0;6;true",
          page.evaluate(
              """
              async (given) => {
                const steps = [];
                const channel = new BroadcastChannel('order');
                channel.onmessage = ({ data }) => steps.push(data);
                const text = await (ANSWER)(given);
                while (!steps.some(({ line }) => line?.includes('"used"'))) {
                  await new Promise(requestAnimationFrame);
                }
                const { checksum } = await import('/wasm-chord/storage/checksum.js');
                const written = new Map();
                let lines = 0;
                let right = true;
                for (const { line, chunk, bytes } of steps) {
                  if (bytes) {
                    written.set(chunk, checksum(bytes));
                  } else if (line.startsWith('{"chunk"')) {
                    const said = JSON.parse(line);
                    lines++;
                    right &&= written.get(said.chunk) === said.sum;
                  }
                }
                return [text, lines, right].join(';');
              }
              """
                  .replace("ANSWER", ANSWER),
              Map.of("url", served.url())));
    }
  }

  @Test
  void onlySoManyChunksAreOnTheirWayToStorage() throws IOException {
    assertEquals("waits there 8 " + CHUNK, queue(false));
  }

  @Test
  void whoWaitsForStorageIsSetFreeByACancellation() throws IOException {
    assertEquals("waits there 0 false", queue(true));
  }

  private Object queue(boolean cancelling) throws IOException {
    try (SiteVariant variant = SiteVariant.of(Map.of("queue.js", QUEUE), "store-worker.js", HELD);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      return page.evaluate(
          """
          async ({ ahead, cancelling }) => {
            const { Spawner } = await import('/wasm-chord/threads/spawner.js');
            return new Promise((resolve, reject) => {
              const worker = new Worker('/wasm-chord/queue.js', { type: 'module' });
              const spawner = new Spawner(worker);
              worker.onmessage = ({ data }) => spawner.take(data) || resolve(data);
              worker.onerror = (e) => reject(new Error(e.message));
              worker.postMessage({ ahead, cancelling });
            });
          }
          """,
          Map.of("ahead", AHEAD, "cancelling", cancelling));
    }
  }

  @Test
  void aLoadIsCancelledWhileStorageIsFullOfWorkAndTheNextOneIsKept() throws IOException {
    Served served = served("cancelled.gguf", 3 * AHEAD);
    try (SiteVariant variant = SiteVariant.of(Map.of(), "store-worker.js", HELD);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          "cancelled;" + TOKYO + "|true|0;true",
          page.evaluate(
              """
              async (given) => {
                const channel = new BroadcastChannel('storage');
                const control = new AbortController();
                channel.onmessage = ({ data }) => { if (data === given.ahead) control.abort(); };
                const code = await WasmChord.load(given.url, { signal: control.signal }).then(() => 'loaded', (e) => e.code);
                channel.onmessage = ({ data }) => { if (data === 1) channel.postMessage('go'); };
                const text = await (ANSWER)(given);
                return [code, text, await WasmChord.cache.has(given.url)].join(';');
              }
              """
                  .replace("ANSWER", ANSWER),
              Map.of("url", served.url(), "ahead", AHEAD)));
    }
  }
}
