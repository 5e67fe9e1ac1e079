package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.e2e.FaultServer.Fault;
import io.wasmchord.e2e.FaultServer.Served;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where models come from: parts of a split model, files of the hub, files that change. */
class SourcesIT extends ServedModelTest {
  @Test
  void aSplitModelIsLoadedFromItsFirstPart() {
    List<Served> parts = split("parts", 3, 3);
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
    List<Served> parts = split("alone", 2, 2);
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

  @Test
  void theFirstHeaderSaysHowManyPartsThereAreBeforeAnyIsAskedForOrAFileIsMade() {
    byte[] first = split("endless/first", 3, 3).getFirst().content();
    server.add("endless/m-00001-of-99999.gguf", first, Map.of(), 1);
    server.add("endless/m-00001-of-00900.gguf", first, Map.of(), 1);
    byte[] many = split("endless/many", 1001, 1).getFirst().content(); // more than there may be
    server.add("endless/many-00001-of-01001.gguf", many, Map.of(), 1);
    for (String name : List.of("m-00001-of-99999", "m-00899-of-00900", "many-00777-of-01001")) {
      int before = server.asked();
      String seen =
          (String)
              run(
                  "return `${await attempt(() => answer(given.url))} ${(await kept()).length}`;",
                  Map.of("url", server.origin() + "/endless/" + name + ".gguf"));
      assertTrue(
          seen.startsWith("invalid_request: m-00001") && seen.contains("its header says 3")
              || seen.startsWith("malformed_gguf: ") && seen.contains("split.count is 1001"),
          seen);
      assertTrue(seen.endsWith(" 0"), seen);
      assertEquals(1, server.asked() - before, name);
    }
  }

  @Test
  void aPartThatIsNotTheNextOneEndsTheAsking() {
    byte[] first = split("same/first", 900, 1).getFirst().content();
    for (int i = 1; i <= 900; i++) {
      server.add("same/m-%05d-of-00900.gguf".formatted(i), first, Map.of(), i);
    }
    int before = server.asked();
    String seen =
        (String)
            run(
                "return `${await attempt(() => answer(given.url))} ${(await kept()).length}`;",
                Map.of("url", server.origin() + "/same/m-00001-of-00900.gguf"));
    assertTrue(seen.startsWith("malformed_gguf: m-00002-of-00900.gguf"), seen);
    assertTrue(seen.endsWith(" 0"), seen);
    int asked = server.asked() - before;
    assertTrue(asked <= 5, asked + " requests"); // the first, and four at once
  }

  @Test
  void aModelThatWasPutTogetherMayKeepTheNameOfItsFirstPart() {
    Served whole = server.add("whole-00001-of-00003.gguf", demo, Map.of(), 1);
    int before = server.asked();
    assertEquals(TOKYO + "|true|0", run("return answer(given.url);", Map.of("url", whole.url())));
    assertEquals(whole.requests(), server.asked() - before);
  }

  @Test
  void digestsAreThereForAllPartsOrForNone() {
    List<Served> parts = split("digests", 3, 3);
    Map<String, Object> given =
        Map.of(
            "url", parts.getFirst().url(),
            "digests", parts.stream().map(part -> sha256(part.content())).toList());
    assertEquals(
        List.of("invalid_request", TOKYO + "|true|3"),
        run(
            """
            const one = await attempt(() => answer(given.url, { sha256: given.digests[0] }));
            return [one.split(':')[0], await answer(given.url, { sha256: given.digests })];
            """,
            given));
  }

  @Test
  void pathsOfTheHubThatLeadElsewhereAreRefused() {
    int before = server.asked();
    List<Map<String, String>> sources =
        List.of(
            hub("../r", "m.gguf", "main"),
            hub("o/..", "m.gguf", "main"),
            hub("o/r/../../x", "m.gguf", "main"),
            hub("o/r", "../m.gguf", "main"),
            hub("o/r", "a/../../m.gguf", "main"),
            hub("o/r", "a//m.gguf", "main"),
            hub("o/r", "/m.gguf", "main"),
            hub("o/r", "a\\..\\m.gguf", "main"),
            hub("o/r", "%2e%2e/m.gguf", "main"),
            hub("o/r", "%252e%252e/m.gguf", "main"),
            hub("o/r", "a%2Fm.gguf", "main"),
            hub("o/r", "m\n.gguf", "main"),
            hub("o/r", "m.gguf", ".."),
            hub("o/r", "m.gguf", "a/../b"),
            hub("o/r", "m.gguf", ""),
            hub("o/r", "m.gguf", "a\u0000"));
    Object codes =
        run(
            """
            const codes = [];
            for (const source of given.sources) {
              codes.push((await attempt(() => answer(source))).split(':')[0], (await attempt(() => WasmChord.cache.has(source))).split(':')[0]);
            }
            return [...new Set(codes)];
            """,
            Map.of("sources", sources));
    assertEquals(List.of("invalid_request"), codes);
    assertEquals(0, server.asked() - before);
  }

  private Map<String, String> hub(String repo, String file, String revision) {
    return Map.of("repo", repo, "file", file, "revision", revision, "endpoint", server.origin());
  }

  @Test
  void noSecretIsEverInAMessage() {
    String origin = server.origin();
    String host = origin.substring("http://".length());
    Object messages =
        run(
            """
            const secret = '5ecre7';
            const hub = { repo: 'o/r', file: 'm.gguf', endpoint: given.origin };
            const tries = [
              [{ ...hub, token: `${secret}\nx` }],
              [{ ...hub, token: `${secret} x` }],
              [{ ...hub, endpoint: `http://me:${secret}@${given.host}` }],
              [`http://me:${secret}@${given.host}/m.gguf`],
              [`http://me:${secret}@[x/m.gguf`],
              [`${given.origin}/missing.gguf?token=${secret}`],
              [`${given.origin}/missing.gguf#${secret}`],
              [`http://127.0.0.1:1/missing.gguf?sig=${secret}`],
              [`${given.origin}/missing.gguf`, { Authorization: `Bearer ${secret}\nx` }],
              [`${given.origin}/missing.gguf`, { Authorization: `Bearer ${secret}\u2603` }],
              [`${given.origin}/missing.gguf`, { [`X ${secret}`]: 'x' }],
            ];
            const messages = [];
            for (const [source, headers] of tries) {
              messages.push(await attempt(() => answer(source, { headers, retry: { attempts: 1, delayMs: 1 } })));
            }
            return messages;
            """,
            Map.of("origin", origin, "host", host));
    for (Object message : (List<?>) messages) {
      String text = (String) message;
      assertTrue(
          !text.contains("5ecre7")
              && text.matches("(?s)(invalid_request|http_error|network_error): .*"),
          text);
    }
    Served file = server.add("o/trimmed/resolve/main/m.gguf", demo, Map.of(), 1);
    assertEquals(
        TOKYO + "|true|0",
        run(
            "return answer({ repo: 'o/trimmed', file: 'm.gguf', endpoint: given.origin, token: ' 5ecre7\\n' });",
            Map.of("origin", origin)));
    assertEquals("Bearer 5ecre7", file.authorization());
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aModelThatChangesWhileItIsLoadedIsLoadedAnew(boolean described) throws IOException {
    Served served =
        server.add("midway-" + described + ".gguf", large(), Map.of(2, Fault.CHANGE), 1);
    if (!described) {
      served.withoutValidators();
    }
    List<?> seen =
        (List<?>)
            run(
                """
                const notices = [];
                const onProgress = ({ phase, message }) => { if (phase === 'notice') notices.push(message); };
                const text = await attempt(() => answer(given.url, { onProgress, retry: { delayMs: 5 } }));
                return [text, notices.join()];
                """,
                Map.of("url", served.url()));
    String code = (String) seen.getFirst();
    assertTrue(
        code.startsWith("malformed_gguf") || code.contains("|true|"),
        code); // its bytes are garbage now, all of them of one version
    assertTrue(((String) seen.getLast()).contains("changed while it was read"), seen.toString());
  }
}
