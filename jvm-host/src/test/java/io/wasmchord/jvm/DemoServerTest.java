package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server of the demo page and of benchmarks. */
class DemoServerTest {
  private static final long SIZE = (2L << 30) + (64 << 20); // sparse

  @TempDir Path folder;

  private static HttpResponse<byte[]> get(DemoServer server, String path, String range)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + server.port() + path);
      return client.send(
          HttpRequest.newBuilder(address).header("Range", range).build(),
          BodyHandlers.ofByteArray());
    }
  }

  @Test
  void rangesOfFilesAbove2GiBAreServed() throws Exception {
    Files.writeString(folder.resolve("index.html"), "<!doctype html>");
    byte[] end = {1, 2, 3, 4};
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("big.gguf").toFile(), "rw")) {
      file.seek(SIZE - end.length);
      file.write(end);
    }
    try (DemoServer server = DemoServer.start(folder, 0)) {
      for (long from : new long[] {1 << 20, (1L << 31) - 2, SIZE - end.length}) {
        HttpResponse<byte[]> part = get(server, "/big.gguf", "bytes=" + from + "-" + (from + 3));
        assertEquals(206, part.statusCode(), "from " + from);
        assertEquals(
            "bytes " + from + "-" + (from + 3) + "/" + SIZE,
            part.headers().firstValue("Content-Range").orElse(""));
        assertEquals(4, part.body().length);
        if (from == SIZE - end.length) {
          assertArrayEquals(end, part.body());
        }
      }
    }
  }

  @Test
  void headersOfIsolationAreSentUnlessPlain() throws Exception {
    Files.writeString(folder.resolve("index.html"), "<!doctype html>");
    try (DemoServer isolated = DemoServer.start(folder, 0);
        DemoServer plain = DemoServer.startPlain(folder, 0)) {
      String header = "Cross-Origin-Embedder-Policy";
      assertTrue(
          get(isolated, "/index.html", "bytes=0-3").headers().firstValue(header).isPresent());
      assertTrue(get(plain, "/index.html", "bytes=0-3").headers().firstValue(header).isEmpty());
      for (String path : List.of("/index.html", "/missing.js")) {
        assertEquals(
            "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
            get(isolated, path, "bytes=0-3")
                .headers()
                .firstValue("Content-Security-Policy")
                .orElse(""));
      }
    }
  }

  @Test
  void aFolderWithoutAPageIsRefused() {
    assertThrows(FileException.class, () -> DemoServer.start(folder, 0));
  }
}
