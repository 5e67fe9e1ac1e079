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
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where models come from: parts of a split model, files of the hub, files that change. */
class SourcesIT extends ServedModelTest {
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
  void aModelThatChangesWhileItIsLoadedIsLoadedAnew() throws IOException {
    Served served = server.add("midway.gguf", large(), Map.of(2, Fault.CHANGE), 1);
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
