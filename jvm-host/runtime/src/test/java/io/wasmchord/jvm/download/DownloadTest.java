package io.wasmchord.jvm.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server that misbehaves. */
class DownloadTest {
  private static final String NONE = "";

  @TempDir Path folder;
  private final List<Duration> pauses = new ArrayList<>();
  private FaultyHttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = new FaultyHttpServer(model(100_000, 1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static byte[] model(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, Math.min(4, size));
    return bytes;
  }

  static DownloadPolicy policy(List<Duration> pauses) {
    return new DownloadPolicy(
        3,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofSeconds(20),
        (time, control) -> pauses.add(time),
        () -> 0.5);
  }

  private DownloadRequest request(String sha256) {
    return request(server.url("/m.gguf"), sha256);
  }

  private DownloadRequest request(String url, String sha256) {
    return new DownloadRequest(
        new ModelAddress.Remote(URI.create(url), "secret"), folder.resolve("m.gguf"), sha256);
  }

  private Path fetch(String sha256) {
    return Download.fetch(request(sha256), policy(pauses), RunControl.NONE);
  }

  private void assertFetched() throws IOException {
    byte[] fetched = Files.readAllBytes(fetch(NONE));
    assertArrayEquals(server.content, fetched);
    assertFalse(Files.exists(folder.resolve("m.gguf.part")));
    assertFalse(Files.exists(folder.resolve("m.gguf.journal")));
  }

  private DownloadException fails(Kind kind, String sha256) {
    DownloadException e = assertThrows(DownloadException.class, () -> fetch(sha256));
    assertEquals(kind, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains(server.url("")), e.getMessage());
    assertFalse(Files.exists(folder.resolve("m.gguf")));
    return e;
  }

  @Test
  void whatIsHereIsNotAskedForAgain() throws IOException {
    assertFetched();
    assertFetched();
    assertEquals(1, server.asked.size());
    DownloadException e =
        assertThrows(DownloadException.class, () -> fetch(FaultyHttpServer.sha256(new byte[1])));
    assertEquals("digest_mismatch", e.code());
    assertFetched();
    assertEquals(1, server.asked.size());
  }

  @Test
  void aDigestIsComparedWithTheBytesThatAreHereNotWithTheirRecord() throws IOException {
    String right = FaultyHttpServer.sha256(server.content);
    Path file = fetch(right);
    assertEquals(file, fetch(right));
    assertEquals(1, server.asked.size());
    byte[] damaged = server.content.clone();
    damaged[70_000] ^= 1;
    Files.write(file, damaged); // its record still says what it was
    assertArrayEquals(server.content, Files.readAllBytes(fetch(right)));
    assertEquals(2, server.asked.size());
  }

  @Test
  void aDamagedPartIsKeptUpToTheChunkThatIsDamaged() throws IOException {
    int chunk = ChunkDigests.CHUNK;
    server.content = model(2 * chunk + 3_000_000, 5);
    for (int damaged : new int[] {2 * chunk + 1000, chunk + 7, 3}) {
      server.asked.clear();
      server.script.add(FaultyHttpServer.drop(2 * chunk + 2_000_000));
      server.script.add(FaultyHttpServer.status(403, NONE, NONE));
      fails(Kind.HTTP_ERROR, NONE);
      Path part = folder.resolve("m.gguf.part");
      byte[] bytes = Files.readAllBytes(part);
      assertTrue(bytes.length > 2 * chunk + 1000, "" + bytes.length);
      bytes[damaged] ^= 1;
      Files.write(part, bytes);
      assertFetched();
      int good = damaged / chunk * chunk;
      assertEquals(good == 0 ? NONE : "bytes=" + good + "-", server.asked.get(2).range());
      assertEquals(3, server.asked.size());
      Files.delete(folder.resolve("m.gguf"));
    }
  }

  @Test
  void aJournalThatSaysMoreThanThereIsCountsAsFarAsItIsRight() throws IOException {
    server.script.add(FaultyHttpServer.drop(30_000));
    server.script.add(FaultyHttpServer.status(403, NONE, NONE));
    fails(Kind.HTTP_ERROR, NONE);
    Path journal = folder.resolve("m.gguf.journal");
    String said = Files.readString(journal);
    for (String line : List.of("chunks=", "chunks=\n0\n0")) {
      server.asked.clear();
      Files.writeString(journal, said.replaceAll("(?m)^chunks=.*$", line.replace("\\", "\\\\")));
      server.script.add(FaultyHttpServer.status(403, NONE, NONE));
      fails(Kind.HTTP_ERROR, NONE);
      assertEquals(NONE, server.asked.getFirst().range());
    }
    assertFetched();
  }

  @Test
  void noSecretIsSaidOrKept() throws IOException {
    String secret = "5ecre7";
    String url = server.url("/m.gguf?a=1&X-Amz-Signature=" + secret + "&token=" + secret);
    DownloadRequest request =
        new DownloadRequest(
            new ModelAddress.Remote(URI.create(url), secret), folder.resolve("m.gguf"), NONE);
    server.script.add(FaultyHttpServer.status(404, NONE, NONE));
    server.script.add(
        FaultyHttpServer.redirect("ftp://me:" + secret + "@x/?sig=" + secret, NONE, 1));
    server.script.add(FaultyHttpServer.drop(30_000));
    server.script.add(FaultyHttpServer.status(403, NONE, NONE));
    for (int i = 0; i < 3; i++) {
      DownloadException e =
          assertThrows(
              DownloadException.class,
              () -> Download.fetch(request, policy(pauses), RunControl.NONE));
      assertFalse(e.getMessage().contains(secret), e.getMessage());
      assertTrue(e.getMessage().contains("/m.gguf?…"), e.getMessage());
    }
    assertFalse(Files.readString(folder.resolve("m.gguf.journal")).contains(secret));
    Download.fetch(request, policy(pauses), RunControl.NONE);
    assertTrue(server.asked.getLast().path().contains(secret));
    String record = Files.readString(folder.resolve("m.gguf.info"));
    assertTrue(record.contains("m.gguf?a\\=1") && !record.contains(secret), record);
  }

  @Test
  void aDroppedConnectionGoesOnWhereItBroke() throws IOException {
    server.script.add(FaultyHttpServer.drop(30_000));
    server.script.add(FaultyHttpServer.status(500, NONE, NONE));
    assertFetched();
    assertEquals(3, server.asked.size());
    assertTrue(server.asked.get(2).range().matches("bytes=[1-9]\\d*-"), "" + server.asked);
    assertEquals("\"1\"", server.asked.get(2).ifRange());
    assertEquals(List.of(Duration.ofMillis(750), Duration.ofMillis(1500)), pauses);
  }

  @Test
  void aServerThatAsksForTimeGetsIt() throws IOException {
    server.script.add(FaultyHttpServer.status(429, "Retry-After", "77"));
    assertFetched();
    assertEquals(List.of(Duration.ofSeconds(77)), pauses);
  }

  @Test
  void tooLongAWaitIsAnError() {
    server.script.add(FaultyHttpServer.status(503, "Retry-After", "86400"));
    fails(Kind.HTTP_ERROR, NONE);
    assertEquals(List.of(), pauses);
  }

  @Test
  void statusesNameTheRemedy() {
    server.script.add(FaultyHttpServer.status(404, NONE, NONE));
    assertTrue(fails(Kind.HTTP_ERROR, NONE).getMessage().contains("no such file"));
    server.script.add(FaultyHttpServer.status(401, NONE, NONE));
    assertTrue(fails(Kind.HTTP_ERROR, NONE).getMessage().contains("HF_TOKEN"));
    IntStream.range(0, 3).forEach(i -> server.script.add(FaultyHttpServer.status(502, NONE, NONE)));
    assertTrue(fails(Kind.HTTP_ERROR, NONE).getMessage().contains("502"));
  }

  @Test
  void aServerWithoutRangesIsReadWhole() throws IOException {
    server.ranges = false;
    server.script.add(FaultyHttpServer.drop(30_000));
    assertFetched();
  }

  @Test
  void aChangedFileBeginsAnew() throws IOException {
    server.script.add(FaultyHttpServer.drop(30_000));
    server.script.add(FaultyHttpServer.change(model(100_000, 2), "\"2\"", NONE, 50_000));
    assertFetched();
    assertEquals("\"2\"", server.asked.get(2).ifRange());
  }

  @Test
  void aFileThatKeepsChangingIsAnError() {
    IntStream.range(0, 9)
        .mapToObj(i ->
            FaultyHttpServer.change(model(100_000, i), "\"v" + i + "\"", NONE, 20_000 + 1_000 * i))
        .forEach(server.script::add);
    fails(Kind.SOURCE_CHANGED, NONE);
  }

  @Test
  void aPartOfAnOlderVersionIsDropped() throws IOException {
    IntStream.range(0, 3)
        .forEach(i -> server.script.add(FaultyHttpServer.drop(40_000 - 10_000 * i)));
    server.script.add(FaultyHttpServer.status(403, NONE, NONE));
    fails(Kind.HTTP_ERROR, NONE);
    assertTrue(Files.size(folder.resolve("m.gguf.part")) > 30_000);
    server.content = model(20_000, 3);
    server.etag = "\"3\"";
    assertFetched();
  }

  @Test
  void bytesThatNoJournalVouchesForAreDropped() throws IOException {
    Files.write(folder.resolve("m.gguf.part"), new byte[5000]);
    assertFetched();
    assertEquals(NONE, server.asked.getFirst().range());
  }

  @Test
  void damagedBytesAreDeleted() throws IOException {
    String right = FaultyHttpServer.sha256(server.content);
    server.script.add(FaultyHttpServer.corrupt(70_000));
    fails(Kind.DIGEST_MISMATCH, right);
    assertFalse(Files.exists(folder.resolve("m.gguf.part")));
    assertArrayEquals(server.content, Files.readAllBytes(fetch(right)));
  }

  @Test
  void aPageIsNoModel() throws IOException {
    server.script.add(FaultyHttpServer.page("text/html; charset=utf-8"));
    fails(Kind.NOT_A_MODEL, NONE);
    server.script.add(FaultyHttpServer.page("application/octet-stream"));
    fails(Kind.NOT_A_MODEL, NONE);
    assertFetched();
  }

  @Test
  void theDigestIsTheHubsAndTheTokenOnlyForIt() throws IOException {
    try (FaultyHttpServer hub = new FaultyHttpServer(new byte[0])) {
      String right = FaultyHttpServer.sha256(server.content);
      String there = server.url("/store/x?signed");
      hub.script.add(FaultyHttpServer.redirect(there, right, server.content.length));
      hub.script.add(FaultyHttpServer.redirect(there, right, server.content.length));
      server.script.add(FaultyHttpServer.corrupt(50_000));
      DownloadRequest request = request(hub.url("/o/r/resolve/main/m.gguf"), NONE);
      DownloadException e =
          assertThrows(
              DownloadException.class,
              () -> Download.fetch(request, policy(pauses), RunControl.NONE));
      assertEquals(Kind.DIGEST_MISMATCH, e.kind());
      Path file = Download.fetch(request, policy(pauses), RunControl.NONE);
      assertArrayEquals(server.content, Files.readAllBytes(file));
      assertEquals("Bearer secret", hub.asked.getFirst().authorization());
      assertEquals(NONE, server.asked.getFirst().authorization());
      assertFalse(request.toString().contains("secret"));
    }
  }

  @Test
  void aRedirectLoopEnds() {
    for (int i = 0; i < 20; i++) {
      server.script.add(FaultyHttpServer.redirect("/again", NONE, 1));
    }
    fails(Kind.BAD_RESPONSE, NONE);
  }

  @Test
  void aCancelledDownloadGoesOnInTheNextRun() throws IOException {
    server.content = model(6 << 20, 4);
    long[] seen = new long[1];
    RunControl control =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return seen[0] >= 2 << 20;
          }

          @Override
          public void progress(String phase, long done, long total) {
            assertEquals("download", phase);
            assertEquals(6 << 20, total);
            seen[0] = done;
          }
        };
    assertThrows(
        CancelledException.class, () -> Download.fetch(request(NONE), policy(pauses), control));
    long kept = Files.size(folder.resolve("m.gguf.part"));
    assertTrue(kept >= 2 << 20 && kept < 6 << 20, "" + kept);
    assertFetched();
    assertEquals("bytes=" + kept + "-", server.asked.get(1).range());
    assertEquals(2, server.asked.size());
  }

  @Test
  void aStallIsNoticed() throws IOException {
    server.script.add(FaultyHttpServer.stall(10_000));
    DownloadPolicy p = policy(pauses);
    DownloadPolicy hasty =
        new DownloadPolicy(
            p.attempts(),
            p.firstDelay(),
            p.longestDelay(),
            p.longestRetryAfter(),
            Duration.ofMillis(1500),
            p.pause(),
            p.jitter());
    Path file = Download.fetch(request(NONE), hasty, RunControl.NONE);
    assertArrayEquals(server.content, Files.readAllBytes(file));
    assertEquals("bytes=10000-", server.asked.get(1).range());
  }

  @Test
  void anUnreachableServerIsANetworkError() {
    String url = server.url("/m.gguf");
    server.close();
    DownloadRequest request = request(url, NONE);
    DownloadException e =
        assertThrows(
            DownloadException.class,
            () -> Download.fetch(request, policy(pauses), RunControl.NONE));
    assertEquals("network_error", e.code());
    assertEquals(2, pauses.size());
  }

  @Test
  void twoWritersAreOneTooMany() throws IOException {
    try (DownloadLock _ = DownloadLock.take(folder.resolve("m.gguf"))) {
      DownloadException e = assertThrows(DownloadException.class, () -> fetch(NONE));
      assertEquals(Kind.DOWNLOAD_IN_PROGRESS, e.kind());
    }
    assertFetched();
  }

  @Test
  void aFileThatDoesNotFitIsNotBegun() {
    server.script.add((s, exchange) -> {
      exchange.sendResponseHeaders(200, 1L << 58);
      exchange.getResponseBody().flush();
    });
    fails(Kind.OUT_OF_DISK, NONE);
    assertFalse(Files.exists(folder.resolve("m.gguf.part")));
  }

  @Test
  void randomFaultsEndWithTheRightBytesOrAnError() throws IOException {
    long seed = Long.getLong("chord.seed", System.nanoTime());
    System.out.println("DownloadTest: -Dchord.seed=" + seed);
    Random seeds = new Random(seed); // seeds in a row would give nearly the same first choices
    int errors = 0;
    for (int run = 0; run < 150; run++) {
      errors += new RandomFaults(seeds.nextLong(), folder.resolve("run" + run)).run() ? 0 : 1;
    }
    assertTrue(errors > 0 && errors < 150, errors + " of 150 runs failed at first");
  }
}
