package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.e2e.FaultServer.Fault;
import io.wasmchord.e2e.FaultServer.Served;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where models come from and what the browser keeps of them. */
class CacheIT extends BrowserTest {
  private static final int CHUNK = 4 << 20;
  private static final String HELPERS =
      """
      const attempt = async (f) => { try { return await f(); } catch (e) { return e.code + ': ' + e.message; } };
      const question = { messages: [{ role: 'user', content: 'What is the capital of Japan?' }], temperature: 0 };
      const answer = async (source, options) => {
        const chord = await WasmChord.load(source, options);
        const { choices: [{ message }] } = await chord.chat.completions.create(question);
        const info = chord.modelInfo();
        await chord.dispose();
        return [message.content, info.cache.stored, info.cache.sha256?.length ?? 0].join('|');
      };
      """;
  private static final String TOKYO = "The capital of Japan is Tokyo.";

  private FaultServer server;
  private byte[] demo;

  @BeforeAll
  void serve() throws IOException {
    server = new FaultServer();
    demo =
        Files.readAllBytes(
            Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf"));
  }

  @AfterAll
  void end() {
    server.close();
  }

  private static Object run(EnginePage page, String body, Map<String, ?> arguments) {
    return page.evaluate("async (given) => {" + HELPERS + body + "}", arguments);
  }

  private Object run(String body, Map<String, ?> arguments) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return run(page, body, arguments);
    }
  }

  private List<Served> split(String name, int parts) {
    List<byte[]> files =
        SplitFiles.cut(GgufReader.parse(HeapMemory.wrap(demo), demo.length, "demo"), demo, parts);
    List<Served> served = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      String file = "%s-%05d-of-%05d.gguf".formatted(name, i + 1, parts);
      served.add(server.add(file, files.get(i), Map.of(), i));
    }
    return served;
  }

  @Test
  void aSplitModelIsLoadedFromItsFirstPart() {
    List<Served> parts = split("parts", 3);
    List<String> urls = parts.stream().map(Served::url).toList();
    assertEquals(
        List.of(TOKYO + "|true|0", TOKYO + "|true|0", TOKYO + "|false|0", "streamed"),
        run(
            """
            const blobs = await Promise.all(given.urls.map(async (url) => (await fetch(url)).blob()));
            const { plan } = await WasmChord.inspect(given.urls[0], { contextLength: 256 });
            const tight = await WasmChord.load(given.urls, { contextLength: 256, memoryBudget: plan.totalBytes - 1000000 });
            const { data } = await tight.logits([1, 2, 3]);
            await tight.dispose();
            return [await answer(given.urls[0]), await answer(given.urls), await answer(blobs), tight.modelInfo().plan.mode];
            """,
            Map.of("urls", urls)));
  }

  @Test
  void aPartAloneIsRefusedWithAReason() {
    List<Served> parts = split("alone", 2);
    String error =
        (String)
            run(
                "return attempt(async () => answer(new File([await (await fetch(given.url)).blob()], 'one.gguf')));",
                Map.of("url", parts.getFirst().url()));
    assertTrue(error.startsWith("invalid_request: ") && error.contains("2 files"), error);
    String second =
        (String)
            run(
                """
                const files = await Promise.all([1, 0].map(async (i) => (await fetch(given.urls[i])).blob()));
                return attempt(() => answer(files));
                """,
                Map.of("urls", parts.stream().map(Served::url).toList()));
    assertTrue(second.startsWith("malformed_gguf: ") || second.contains("part"), second);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFileOfTheHubIsVerifiedWithTheDigestThatItReports() {
    Served file = server.add("owner/tiny/resolve/main/demo.gguf", demo, Map.of(), 1);
    String entry = "[{\"path\": \"demo.gguf\", \"lfs\": {\"oid\": \"%s\"}}]";
    Served api =
        server.add(
            "api/models/owner/tiny/paths-info/main",
            entry.formatted(sha256(demo)).getBytes(StandardCharsets.UTF_8),
            Map.of(),
            1);
    Map<String, Object> source =
        Map.of(
            "repo", "owner/tiny",
            "file", "demo.gguf",
            "token", "secret",
            "endpoint", server.origin());
    assertEquals(TOKYO + "|true|1", run("return answer(given.source);", Map.of("source", source)));
    assertEquals("Bearer secret", file.authorization());
    assertEquals("Bearer secret", api.authorization());
    Served other = server.add("owner/wrong/resolve/main/demo.gguf", demo, Map.of(), 1);
    server.add(
        "api/models/owner/wrong/paths-info/main",
        entry.formatted("0".repeat(64)).getBytes(StandardCharsets.UTF_8),
        Map.of(),
        1);
    Map<String, Object> wrong = new HashMap<>(source);
    wrong.put("repo", "owner/wrong");
    String error =
        (String) run("return attempt(() => answer(given.source));", Map.of("source", wrong));
    assertTrue(error.startsWith("digest_mismatch: " + other.url()), error);
  }

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

  @Test
  void aReloadInTheMiddleGoesOnWhereItStopped() throws IOException {
    Path folder = Path.of(System.getProperty("chord.models"), "demo", "demo-f16.gguf");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isReadable(folder), "no " + folder);
    byte[] large = Files.readAllBytes(folder);
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
          "while (await WasmChord.cache.size() < given.least) await new Promise(requestAnimationFrame);",
          Map.of("least", CHUNK));
      page.page().reload();
      served.heal();
      long before = served.sent();
      page.page()
          .evaluate(
              "async () => { window.WasmChord = (await import('/wasm-chord/wasm-chord.js')).WasmChord; }");
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
    try (SiteVariant variant = SiteVariant.of(Map.of(), "store.js", without);
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
    Path file = Path.of(System.getProperty("chord.models"), "demo", "demo-f16.gguf");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isReadable(file), "no " + file);
    Served served = server.add("fills.gguf", Files.readAllBytes(file), Map.of(), 1);
    String full = "throw new DOMException('no room', 'QuotaExceededError')";
    String gone = "throw new DOMException('the disk is gone', 'InvalidStateError')";
    for (String storage :
        List.of(
            storage("write", "place.at + bytes.length > " + CHUNK, full),
            storage("write", "place.at + bytes.length > " + CHUNK, "return 0"),
            storage("write", "place.at + bytes.length > " + CHUNK, gone),
            storage("truncate", "bytes > 0", full))) {
      try (SiteVariant variant = SiteVariant.of(Map.of(), "store.js", storage);
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
    try (SiteVariant variant = SiteVariant.of(Map.of(), "loader.js", small);
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
  void aModelThatChangesWhileItIsLoadedIsLoadedAnew() throws IOException {
    Path folder = Path.of(System.getProperty("chord.models"), "demo", "demo-f16.gguf");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.isReadable(folder), "no " + folder);
    Served served =
        server.add("midway.gguf", Files.readAllBytes(folder), Map.of(2, Fault.CHANGE), 1);
    String code =
        (String)
            run(
                "return attempt(() => answer(given.url, { retry: { delayMs: 5 } }));",
                Map.of("url", served.url()));
    assertTrue(
        code.startsWith("malformed_gguf") || code.contains("|true|"),
        code); // its bytes are garbage now, all of them of one version
  }
}
