package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.FaultServer.Fault;
import io.wasmchord.e2e.FaultServer.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the browser keeps of models. */
class CacheIT extends ServedModelTest {
  @Test
  void theCacheListsAndDeletesModels() {
    Served one = server.add("list/one.gguf", demo, Map.of(), 1);
    Served two = server.add("list/two.gguf", demo, Map.of(), 1);
    assertEquals(
        "2 true|one.gguf true true|true true false|1|0 0",
        run(
            """
            const { cache } = WasmChord;
            await answer(given.one);
            await answer(given.two);
            await answer(given.one);
            const list = await cache.list();
            const parts = [`${list.length} ${await cache.size() === list[0].bytes + list[1].bytes}`];
            parts.push(`${list[0].name} ${list[0].complete} ${list[0].lastUsed >= list[1].lastUsed}`);
            parts.push(`${await cache.has(given.one)} ${await cache.delete(given.one)} ${await cache.has(given.one)}`);
            parts.push((await cache.list()).length);
            await cache.clear();
            parts.push(`${(await cache.list()).length} ${await cache.size()}`);
            return parts.join('|');
            """,
            Map.of("one", one.url(), "two", two.url())));
  }

  /** The browser has no such storage yet; one is put in its place, of this origin's files. */
  @Test
  void whatOneSiteStoredIsThereForAnother() throws Exception {
    Served one = server.add("shared/one.gguf", demo, Map.of(), 1);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(demo));
    assertEquals(
        "SHA-256 get|SHA-256 create *|SHA-256 get|true|http_error",
        run(
            """
            const root = await navigator.storage.getDirectory();
            const said = [];
            let done;
            const stored = new Promise((resolve) => { done = resolve; });
            const requestFileHandle = async ({ algorithm, value }, { create = false, origins } = {}) => {
              said.push(create ? `${algorithm} create ${origins}` : `${algorithm} get`);
              const file = await root.getFileHandle(`shared-${value}`, { create });
              const createWritable = async () => {
                const to = await file.createWritable();
                return new WritableStream({ write: (bytes) => to.write(bytes), close: () => to.close().then(done) });
              };
              return { getFile: () => file.getFile(), createWritable };
            };
            Object.defineProperty(navigator, 'crossOriginStorage', { value: { requestFileHandle }, configurable: true });
            const options = { sha256: given.digest, crossOriginStorage: true };
            const first = await answer(given.one, options);
            await stored;
            await WasmChord.cache.clear();
            const second = await answer(given.elsewhere, options);
            said.push(first.replace('|1', '|0') === second); // another's storage has compared it
            delete navigator.crossOriginStorage;
            said.push((await attempt(() => answer(given.elsewhere, options))).split(':')[0]);
            return said.join('|');
            """,
            Map.of(
                "one", one.url(), "elsewhere", server.origin() + "/gone.gguf", "digest", digest)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAddressThatAnsweredWithAnErrorLeavesNoEntry(boolean left) {
    byte[] garbage = "no model at all ".repeat(1000).getBytes(StandardCharsets.UTF_8);
    Served broken = server.add("error/broken.gguf", demo, Map.of(), 1);
    broken.ail(Fault.ERROR_500);
    Served denied = server.add("error/denied.gguf", demo, Map.of(), 1);
    denied.deny();
    Served page = server.add("error/page.gguf", garbage, Map.of(), 1);
    Served half = server.add("error/half.gguf", Arrays.copyOf(demo, demo.length / 2), Map.of(), 1);
    assertEquals(
        List.of("http_error", "http_error", "http_error", "malformed_gguf", "malformed_gguf", "0"),
        run(
            """
            const codes = [];
            for (const url of given.urls) {
              if (given.left) {
                await leave(url); // as an earlier version did
              }
              codes.push((await attempt(() => answer(url, { retry: { attempts: 2, delayMs: 1 } }))).split(':')[0]);
            }
            codes.push([...await WasmChord.cache.list(), ...await kept()].join() || '0');
            return codes;
            """,
            Map.of(
                "left",
                left,
                "urls",
                List.of(
                    server.origin() + "/error/missing.gguf",
                    broken.url(),
                    denied.url(),
                    page.url(),
                    half.url()))));
  }

  @Test
  void addressesThatEndWithThePageAreNotKept() {
    Served served = server.add("blob/demo.gguf", demo, Map.of(), 1);
    assertEquals(
        List.of(TOKYO + "|false|0", TOKYO + "|false|0", "0 false false false"),
        run(
            """
            const blob = await (await fetch(given.url)).blob();
            const url = URL.createObjectURL(blob);
            const data = await new Promise((resolve) => {
              const reader = new FileReader();
              reader.onload = () => resolve(reader.result);
              reader.readAsDataURL(blob);
            });
            const answers = [await answer(url), await answer(data)];
            const has = [url, data, new File([blob], 'demo.gguf')].map((source) => WasmChord.cache.has(source));
            return [...answers, `${(await kept()).length} ${(await Promise.all(has)).join(' ')}`];
            """,
            Map.of("url", served.url())));
  }

  @Test
  void theCacheTakesEverySourceThatALoadTakes() {
    Served file = server.add("owner/has/resolve/main/demo.gguf", demo, Map.of(), 1);
    List<String> parts = split("has/parts", 3, 3).stream().map(Served::url).toList();
    Map<String, String> hub =
        Map.of("repo", "owner/has", "file", "demo.gguf", "endpoint", server.origin() + "/");
    assertEquals(
        List.of(
            "false false false false false false",
            "true true true false false false",
            "true true true true true true",
            "true true true true false false",
            "true false false false false false",
            "0"),
        run(
            """
            const { cache } = WasmChord;
            const [first, second, third] = given.parts;
            const all = async () => (await Promise.all([given.file, new URL(given.file), given.hub, [first, second], given.parts, third].map((s) => cache.has(s)))).join(' ');
            const seen = [await all()];
            await answer(given.hub);
            seen.push(await all());
            await answer(second);
            seen.push(await all());
            await (await import('/wasm-chord/storage/cache.js')).remove(third);
            seen.push(await all());
            seen.push([await cache.delete(third), await cache.delete(given.parts), await cache.has(first), await cache.delete(new File([], 'x')), await cache.has([first]), await cache.has(third)].join(' '));
            await cache.delete(given.hub);
            seen.push(`${(await kept()).length}`);
            return seen;
            """,
            Map.of("file", file.url(), "hub", hub, "parts", parts)));
  }

  @Test
  void noSecretOfAnAddressIsKeptAndTheNextSignatureFindsTheModel() {
    Served served = server.add("signed.gguf", demo, Map.of(), 1);
    List<?> seen =
        (List<?>)
            run(
                """
                const { cache } = WasmChord;
                const seen = [await answer(`${given.url}?v=1&X-Amz-Signature=5ecre7&token=5ecre7`)];
                const list = await cache.list();
                seen.push([list.length, list[0].url, JSON.stringify([list, await kept()]).includes('5ecre7')].join(' '));
                seen.push([await cache.has(`${given.url}?v=1&token=other`), await cache.has(`${given.url}?v=2`)].join(' '));
                seen.push(await answer(`${given.url}?v=1&token=other`));
                return seen;
                """,
                Map.of("url", served.url()));
    assertEquals(
        List.of(
            TOKYO + "|true|0", "1 " + served.url() + "?v=1 false", "true false", TOKYO + "|true|0"),
        seen);
  }

  @Test
  void aModelThatIsKeptIsUsedWhereItsServerNowWantsALogin() {
    Served served = server.add("login.gguf", demo, Map.of(), 1);
    try (EnginePage page = new EnginePage(chromium, site)) {
      run(page, "await answer(given.url);", Map.of("url", served.url()));
      served.deny();
      assertEquals(
          TOKYO + "|true|0;true",
          run(
              page,
              """
              const notices = [];
              const text = await answer(given.url, { onProgress: (p) => { if (p.phase === 'notice') notices.push(p.message); } });
              return `${text};${notices.some((n) => n.includes('login'))}`;
              """,
              Map.of("url", served.url())));
    }
  }

  @Test
  void aReloadInTheMiddleGoesOnWhereItStopped() throws IOException {
    byte[] large = large();
    Map<Integer, Fault> stalls = new HashMap<>();
    for (int i = 3; i < 40; i++) {
      stalls.put(i, Fault.STALL);
    }
    Served served = server.add("reload.gguf", large, stalls, 5);
    try (EnginePage page = new EnginePage(chromium, site)) {
      page.page()
          .evaluate(
              "(url) => { window.loading = WasmChord.load(url).catch(() => {}); }", served.url());
      run(
          page,
          "while (await WasmChord.cache.size() < given.least) await new"
              + " Promise(requestAnimationFrame);",
          Map.of("least", CHUNK));
      page.page().reload();
      served.heal();
      long before = served.sent();
      page.page().locator("body[data-state='empty']").waitFor();
      assertEquals(
          TOKYO + "|true|0", run(page, "return answer(given.url);", Map.of("url", served.url())));
      long rest = served.sent() - before;
      assertTrue(rest <= large.length - CHUNK + 1, rest + " of " + large.length);
    }
  }

  @Test
  void withoutStorageTheModelIsLoadedIntoMemoryWithAMessage() throws IOException {
    Served served = server.add("nostore.gguf", demo, Map.of(), 1);
    String without =
        "Object.defineProperty(navigator.storage, 'getDirectory', { value: undefined });\n";
    try (SiteVariant variant = SiteVariant.of(Map.of(), "storage/store.js", without);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          TOKYO + "|false|0|true",
          run(
              page,
              """
              const notices = [];
              const text = await answer(given.url, { onProgress: (p) => { if (p.phase === 'notice') notices.push(p.message); } });
              return `${text}|${notices.some((n) => n.includes('not kept'))}`;
              """,
              Map.of("url", served.url())));
    }
  }

  @Test
  void storageThatFillsInTheMiddleEndsTheKeepingNotTheLoading() throws IOException {
    Served served = server.add("fills.gguf", large(), Map.of(), 1);
    String full = "throw new DOMException('no room', 'QuotaExceededError')";
    String gone = "throw new DOMException('the disk is gone', 'InvalidStateError')";
    for (String storage :
        List.of(
            storage("write", "place.at + bytes.length > " + CHUNK, full),
            storage("write", "place.at + bytes.length > " + CHUNK, "return 0"),
            storage("write", "place.at + bytes.length > " + CHUNK, gone),
            storage("truncate", "bytes > 0", full))) {
      try (SiteVariant variant = SiteVariant.of(Map.of(), "storage/store.js", storage);
          EnginePage page = new EnginePage(chromium, variant.server())) {
        assertEquals(
            TOKYO + "|false|0|1",
            run(
                page,
                """
                const notices = [];
                const text = await answer(given.url, { onProgress: (p) => { if (p.phase === 'notice') notices.push(p.message); } });
                return `${text}|${notices.filter((n) => n.includes('not kept')).length}`;
                """,
                Map.of("url", served.url())),
            storage);
      }
    }
  }

  /** Storage in which a call of {@code method}, with (bytes, place), does something else. */
  private static String storage(String method, String when, String failure) {
    return """
    const handles = globalThis.FileSystemSyncAccessHandle?.prototype; // in workers only
    if (handles) {
      const real = handles.%1$s;
      handles.%1$s = function failing(bytes, place) {
        if (%2$s) {
          %3$s;
        }
        return real.call(this, bytes, place);
      };
    }
    """
        .formatted(method, when, failure);
  }

  @Test
  void modelsMakeRoomForAnotherOnlyWithConsent() throws IOException {
    Served old = server.add("room/old.gguf", demo, Map.of(), 1);
    Served refused = server.add("room/refused.gguf", demo, Map.of(), 1);
    Served wanted = server.add("room/wanted.gguf", demo, Map.of(), 1);
    // A quota that holds one model.
    String small =
        "const estimated = navigator.storage.estimate.bind(navigator.storage);\n"
            + "navigator.storage.estimate = async () => ({ ...await estimated(), quota: "
            + (demo.length * 3 / 2)
            + " });\n";
    try (SiteVariant variant = SiteVariant.of(Map.of(), "load/loader.js", small);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          TOKYO + "|true|0;" + TOKYO + "|false|0;old.gguf;true;" + TOKYO + "|true|0;old.gguf;false",
          run(
              page,
              """
              const asked = [];
              const parts = [await answer(given.old)];
              const ask = (yes) => ({ onCacheFull: ({ models }) => { asked.push(models.map((m) => m.name).join()); return yes; } });
              parts.push(await answer(given.refused, ask(false)), asked.pop(), await WasmChord.cache.has(given.old));
              parts.push(await answer(given.wanted, ask(true)), asked.pop(), await WasmChord.cache.has(given.old));
              return parts.join(';');
              """,
              Map.of("old", old.url(), "refused", refused.url(), "wanted", wanted.url())));
    }
  }

  @Test
  void aModelThatIsBeingKeptIsListedWhileItsJournalChanges() throws IOException {
    // Somebody changes the journal between the moment a page asks for it and its reading.
    String prefix =
        """
        const handles = globalThis.FileSystemFileHandle.prototype;
        const real = handles.getFile;
        globalThis.journalChanges = [];
        const changes = {
          async begins(handle, file) {
            const [first] = (await file.text()).split('\\n');
            const worker = new Worker('/wasm-chord/begin.js', { type: 'module' });
            const written = new Promise((resolve) => { worker.onmessage = resolve; });
            worker.postMessage({ handle, text: `${first}\\n{"used":1}\\n` });
            await written;
            worker.terminate();
          },
          goes: (handle) => handle.remove(),
          fails(handle, file) {
            file.text = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
          },
        };
        handles.getFile = async function changed() {
          const file = await real.call(this);
          await changes[globalThis.journalChanges.shift()]?.(this, file);
          return file;
        };
        """;
    String begin =
        """
        onmessage = async ({ data: { handle, text } }) => {
          const access = await handle.createSyncAccessHandle();
          access.truncate(0);
          access.write(new TextEncoder().encode(text), { at: 0 });
          access.close();
          postMessage('written');
        };
        """;
    Served served = server.add("listed.gguf", demo, Map.of(), 1);
    try (SiteVariant variant =
            SiteVariant.of(Map.of("begin.js", begin), "storage/cache.js", prefix);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          TOKYO + "|true|0;1 0 1;busy:;0 0",
          run(
              page,
              """
              const { cache } = WasmChord;
              const parts = [await answer(given.url)];
              journalChanges.push('begins', 'fails', 'fails');
              const [{ lastUsed }, ...others] = await cache.list();
              parts.push([1 + others.length, journalChanges.length, lastUsed].join(' '));
              journalChanges.push(...Array(1000).fill('fails'));
              parts.push((await attempt(() => cache.size())).slice(0, 5));
              journalChanges.splice(0, Infinity, 'goes');
              parts.push([(await cache.list()).length, journalChanges.length].join(' '));
              return parts.join(';');
              """,
              Map.of("url", served.url())));
    }
  }
}
