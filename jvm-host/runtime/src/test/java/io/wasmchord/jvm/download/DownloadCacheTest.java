package io.wasmchord.jvm.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.MalformedGgufException;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.SplitFiles;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import io.wasmchord.quant.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses, and the directory of what came from them. */
class DownloadCacheTest {
  @TempDir Path folder;
  private DownloadCache cache;

  @BeforeEach
  void open() {
    cache = new DownloadCache(folder.resolve("cache"), DownloadTest.policy(new ArrayList<>()));
  }

  private static ModelAddress.Remote remote(String text, Map<String, String> environment) {
    return assertInstanceOf(ModelAddress.Remote.class, ModelAddress.parse(text, environment), text);
  }

  private static DownloadException invalid(String text) {
    return assertThrows(DownloadException.class, () -> ModelAddress.parse(text, Map.of()), text);
  }

  @Test
  void addressesOfTheHub() {
    Map<String, String> token = Map.of("HF_TOKEN", "t");
    assertEquals(
        new ModelAddress.Remote(URI.create(ModelAddress.HUB + "/o/r/resolve/main/m.gguf"), "t"),
        remote("hf:o/r/m.gguf", token));
    assertEquals(
        ModelAddress.HUB + "/o/r/resolve/refs%2Fpr%2F1/q4/m%20x.gguf",
        remote("hf:o/r/q4/m x.gguf@refs/pr/1", token).uri().toString());
    Map<String, String> mirror = Map.of("HF_TOKEN", "t", "HF_ENDPOINT", "http://mirror:81/hub/");
    assertEquals(
        "http://mirror:81/hub/o/r/resolve/v1/m.gguf",
        remote("hf:o/r/m.gguf@v1", mirror).uri().toString());
    assertEquals("t", remote("hf:o/r/m.gguf@v1", mirror).token());
    assertEquals("", remote("http://mirror/m.gguf", mirror).token());
    assertEquals("t", remote(ModelAddress.HUB + "/o/r/resolve/main/m.gguf", token).token());
    assertEquals("", remote("https://example.org/m.gguf", token).token());
  }

  @Test
  void whatIsNoAddressIsSaid() {
    for (String text :
        List.of(
            "hf:o/r",
            "hf:o//m.gguf",
            "hf:o/r/m.gguf@",
            "hf:o/../m.gguf",
            "hf:../r/m.gguf",
            "hf:o/r/a/../m.gguf",
            "hf:o/r/a//m.gguf",
            "hf:o/r/a\\..\\m.gguf",
            "hf:o/r/%2e%2e/m.gguf",
            "hf:o/r/a%2Fm.gguf",
            "hf:o/r/m\n.gguf",
            "hf:o/r/m.gguf@..",
            "hf:o/r/m.gguf@a/../b",
            "hf:o/r/m.gguf@a/",
            "http://",
            "ftp://x/m")) {
      DownloadException e = invalid(text);
      assertEquals("invalid_address", e.code());
      assertTrue(e.getMessage().contains(text), e.getMessage());
    }
    for (String text :
        List.of(
            "https://me:pass@x/m.gguf",
            "https://me:pass@[x/m.gguf",
            "https://x/m|.gguf?token=pass")) {
      String message = invalid(text).getMessage();
      assertFalse(message.contains("pass@") || message.contains("=pass"), message);
    }
    assertEquals(
        new ModelAddress.Local(Path.of("models/m.gguf")),
        ModelAddress.parse("models/m.gguf", Map.of()));
  }

  @Test
  void aTokenThatNoHeaderMayHoldIsNeverSaid() {
    for (String token : List.of("5ecre7\nx", "5ecre7 x", "5ecre7\r\nX-Evil: 1", "5ecre7\u00e9")) {
      Map<String, String> environment = Map.of("HF_TOKEN", token);
      DownloadException e =
          assertThrows(
              DownloadException.class, () -> ModelAddress.parse("hf:o/r/m.gguf", environment));
      assertEquals("invalid_token", e.code());
      assertFalse(e.getMessage().contains("5ecre7") || e.getCause() != null, e.getMessage());
      assertEquals("", remote("https://example.org/m.gguf", environment).token());
    }
    assertEquals("t", remote("hf:o/r/m.gguf", Map.of("HF_TOKEN", " t\r\n")).token());
  }

  @Test
  void theNextSignatureFindsTheSameFileAndNoneIsListed() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(DownloadTest.model(1000, 1))) {
      ModelAddress one = remote(server.url("/m.gguf?v=1&Expires=1&Signature=5ecre7"), Map.of());
      Path file = cache.fetchAll(one, "", RunControl.NONE).getFirst();
      assertTrue(cache.has(remote(server.url("/m.gguf?v=1&Signature=other"), Map.of())));
      assertFalse(cache.has(remote(server.url("/m.gguf?v=2&Signature=5ecre7"), Map.of())));
      assertEquals(
          List.of(server.url("/m.gguf?v=1")),
          cache.list().stream().map(DownloadCache.Entry::url).toList());
      assertFalse(one.toString().contains("5ecre7") || file.toString().contains("5ecre7"));
    }
  }

  @Test
  void theDirectoryIsWhereTheEnvironmentSays() {
    Path home = Path.of(System.getProperty("user.home"), ".cache", "wasm-chord");
    Path shared = folder.toAbsolutePath();
    assertEquals(home, DownloadCache.defaultDirectory(Map.of("XDG_CACHE_HOME", "relative")));
    assertEquals(
        shared.resolve("wasm-chord"),
        DownloadCache.defaultDirectory(Map.of("XDG_CACHE_HOME", shared.toString())));
    assertEquals(Path.of("c"), DownloadCache.defaultDirectory(Map.of("CHORD_CACHE", "c")));
  }

  @Test
  void filesComeAndGo() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(DownloadTest.model(50_000, 1))) {
      ModelAddress whole = remote(server.url("/a/m.gguf?download=true"), Map.of());
      ModelAddress cut = remote(server.url("/b/m.gguf"), Map.of());
      assertFalse(cache.has(whole));
      Path file = cache.fetchAll(whole, "", RunControl.NONE).getFirst();
      assertArrayEquals(server.content, Files.readAllBytes(file));
      assertTrue(cache.has(whole) && file.toString().endsWith("-m.gguf"), file.toString());

      server.script.add(FaultyHttpServer.drop(20_000));
      server.script.add(FaultyHttpServer.status(404, "", ""));
      assertThrows(DownloadException.class, () -> cache.fetchAll(cut, "", RunControl.NONE));
      List<DownloadCache.Entry> entries = cache.list();
      assertEquals(2, entries.size());
      assertEquals(1, entries.stream().filter(DownloadCache.Entry::complete).count());
      assertTrue(cache.size() > 50_000 && cache.size() < 100_000, "" + cache.size());

      assertFalse(cache.delete("../cache"));
      assertTrue(cache.delete(file.getFileName().toString()));
      assertFalse(Files.exists(file) || cache.has(whole));
      assertEquals(1, cache.clear());
      assertEquals(List.of(), cache.list());
      assertEquals(0, cache.size());
    }
  }

  @Test
  void aFileThatLostItsEndIsFetchedAgain() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(DownloadTest.model(50_000, 1))) {
      ModelAddress address = remote(server.url("/m.gguf"), Map.of());
      Path file = cache.fetchAll(address, "", RunControl.NONE).getFirst();
      Files.write(file, DownloadTest.model(100, 1));
      cache.fetchAll(address, "", RunControl.NONE);
      assertArrayEquals(server.content, Files.readAllBytes(file));
    }
  }

  /** Some tensors in files as gguf-split writes them. */
  private static List<byte[]> split(int parts) {
    GgufWriter writer = new GgufWriter(32);
    for (int i = 0; i < parts; i++) {
      writer.tensor(
          new TensorInfo("t" + i, TensorType.F32, List.of(8L), 0, 32),
          sink -> sink.write(new byte[32], 0, 32));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    byte[] whole = out.toByteArray();
    return SplitFiles.cut(
        GgufReader.parse(HeapMemory.wrap(whole), whole.length, "m"), whole, parts);
  }

  private static void serve(FaultyHttpServer server, List<byte[]> parts, int named) {
    for (int i = 0; i < parts.size(); i++) {
      server.files.put("/m-%05d-of-%05d.gguf".formatted(i + 1, named), parts.get(i));
    }
  }

  private static List<String> asked(FaultyHttpServer server) {
    return server.asked.stream().map(FaultyHttpServer.Asked::path).toList();
  }

  @Test
  void aSplitModelIsAllItsFiles() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(new byte[0])) {
      serve(server, split(3), 3);
      ModelAddress address = remote(server.url("/m-00002-of-00003.gguf?x"), Map.of());
      assertFalse(cache.has(address));
      List<Path> files = cache.fetchAll(address, "", RunControl.NONE);
      assertEquals(
          List.of(
              "/m-00001-of-00003.gguf?x", "/m-00002-of-00003.gguf?x", "/m-00003-of-00003.gguf?x"),
          asked(server));
      assertTrue(cache.has(address));
      assertEquals(
          files, cache.fetchAll(new ModelAddress.Local(files.getFirst()), "", RunControl.NONE));
      Files.delete(files.get(1));
      assertFalse(cache.has(address));
      DownloadException e =
          assertThrows(
              DownloadException.class,
              () -> cache.fetchAll(new ModelAddress.Local(files.getFirst()), "", RunControl.NONE));
      assertEquals(Kind.MISSING_PART, e.kind());
      assertTrue(e.getMessage().contains(files.get(1).toString()), e.getMessage());
    }
  }

  @Test
  void theFirstHeaderSaysHowManyFilesThereAreBeforeAnotherIsAskedFor() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(split(3).getFirst())) { // at every address
      for (String name : List.of("/m-00001-of-00900.gguf", "/m-00899-of-00900.gguf")) {
        server.asked.clear();
        ModelAddress address = remote(server.url(name), Map.of());
        DownloadException e =
            assertThrows(
                DownloadException.class, () -> cache.fetchAll(address, "", RunControl.NONE));
        assertEquals("wrong_parts", e.code());
        assertTrue(e.getMessage().contains("900 files, its header says 3"), e.getMessage());
        assertTrue(server.asked.size() <= 1, server.asked.toString());
        assertEquals(1, cache.list().size());
      }
      ModelAddress same = remote(server.url("/m-00001-of-00003.gguf"), Map.of());
      assertThrows(MalformedGgufException.class, () -> cache.fetchAll(same, "", RunControl.NONE));
      assertEquals(
          List.of("/m-00001-of-00003.gguf", "/m-00002-of-00003.gguf"),
          asked(server).subList(asked(server).size() - 2, asked(server).size()));
    }
  }

  @Test
  void moreFilesThanAModelMayHaveAreNotAskedFor() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(split(3).getFirst())) {
      ModelAddress address = remote(server.url("/m-00001-of-99999.gguf"), Map.of());
      DownloadException e =
          assertThrows(DownloadException.class, () -> cache.fetchAll(address, "", RunControl.NONE));
      assertEquals("wrong_parts", e.code());
      assertEquals(0, server.asked.size());
      assertEquals(List.of(), cache.list());
    }
  }

  @Test
  void aModelThatWasPutTogetherMayKeepTheNameOfItsFirstFile() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(split(1).getFirst())) {
      ModelAddress first = remote(server.url("/m-00001-of-00003.gguf"), Map.of());
      assertEquals(1, cache.fetchAll(first, "", RunControl.NONE).size());
      assertEquals(1, server.asked.size());
      ModelAddress second = remote(server.url("/m-00002-of-00003.gguf"), Map.of());
      assertEquals(
          Kind.WRONG_PARTS,
          assertThrows(DownloadException.class, () -> cache.fetchAll(second, "", RunControl.NONE))
              .kind());
      assertEquals(1, server.asked.size());
    }
  }

  @Test
  void aLocalFileIsCheckedToo() throws IOException {
    byte[] bytes = DownloadTest.model(1000, 1);
    Path file = Files.write(folder.resolve("m.gguf"), bytes);
    ModelAddress address = new ModelAddress.Local(file);
    String right = FaultyHttpServer.sha256(bytes);
    assertEquals(List.of(file), cache.fetchAll(address, right, RunControl.NONE));
    for (String wrong : List.of("0".repeat(64), "abc")) {
      assertEquals(
          Kind.DIGEST_MISMATCH,
          assertThrows(
                  DownloadException.class, () -> cache.fetchAll(address, wrong, RunControl.NONE))
              .kind());
    }
  }
}
