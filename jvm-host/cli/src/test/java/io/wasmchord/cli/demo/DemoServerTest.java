package io.wasmchord.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server of the demo page and of benchmarks. */
public class DemoServerTest {
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
    assertThrows(InvalidRequestException.class, () -> DemoServer.start(folder, 70_000));
  }

  /** The answer to a request with these headers, as the bytes on the wire, one a character. */
  private static String answer(DemoServer server, String path, String... headers)
      throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String request = "GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers);
      socket
          .getOutputStream()
          .write((request + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String status(String answer) {
    return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private DemoServer served() throws IOException {
    Files.writeString(folder.resolve("index.html"), "<!doctype html>".repeat(1000));
    Files.writeString(folder.resolve("digits.gguf"), "0123456789");
    return DemoServer.start(folder, 0);
  }

  @Test
  void onlyItsOwnHostIsAnswered() throws Exception {
    try (DemoServer server = served()) {
      String port = ":" + server.port();
      for (String host :
          new String[] {
            "localhost" + port, "LocalHost" + port, "127.0.0.1" + port, "[::1]" + port
          }) {
        assertEquals("200", status(answer(server, "/digits.gguf", "Host: " + host)), host);
      }
      for (String host :
          new String[] {
            "attacker.example" + port,
            "attacker.example",
            "localhost",
            "127.0.0.1:1",
            "localhost.attacker.example" + port,
            "192.168.0.1" + port
          }) {
        String refused = answer(server, "/digits.gguf", "Host: " + host);
        assertEquals("421", status(refused), host);
        assertFalse(refused.contains("0123456789"), host);
        assertTrue(refused.contains("nosniff"), "headers of every answer");
      }
      assertEquals("400", status(answer(server, "/digits.gguf", "X: no host")));
      String address = "http://attacker.example" + port;
      assertEquals("421", status(answer(server, address + "/a", "Host: attacker.example" + port)));
      assertEquals("400", status(answer(server, address + "/a", "Host: localhost" + port)));
    }
  }

  @Test
  void linksLeadNowhereElse(@TempDir Path elsewhere) throws Exception {
    Path secret = Files.writeString(elsewhere.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(folder.resolve("out.txt"), secret);
    Files.createSymbolicLink(folder.resolve("out"), elsewhere);
    Files.createSymbolicLink(folder.resolve("in.gguf"), Path.of("digits.gguf"));
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.createSymbolicLink(models.resolve("up.txt"), Path.of("..", "index.html"));
    Path linked = Files.createSymbolicLink(elsewhere.resolve("site"), folder);
    try (DemoServer server = served();
        DemoServer through = DemoServer.start(linked, 0, Map.of("/m", models))) {
      for (String path :
          new String[] {
            "/out.txt", "/out/secret.txt", "/out/../out/secret.txt", "/%6fut.txt",
            "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/m/up.txt"
          }) {
        for (DemoServer one : new DemoServer[] {server, through}) {
          String refused = answer(one, path, "Host: localhost:" + one.port());
          assertTrue(status(refused).matches("40[04]"), path + ": " + refused);
        }
      }
      assertEquals(
          "0123456789", body(answer(server, "/in.gguf", "Host: localhost:" + server.port())));
      assertEquals(
          "0123456789", body(answer(through, "/digits.gguf", "Host: localhost:" + through.port())));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=2-4 | 206 | 234",
        "bytes=7- | 206 | 789",
        "bytes=-3 | 206 | 789",
        "bytes=-99 | 206 | 0123456789",
        "bytes=8-99 | 206 | 89",
        "bytes=10- | 416 |",
        "bytes=10-12 | 416 |",
        "bytes=-0 | 416 |",
        "bytes=4-2 | 416 |",
        "lines=1-2 | 200 | 0123456789",
        "bytes=99999999999999999999- | 416 |",
      })
  void rangesAreThoseOfTheStandard(String range, String status, String body) throws Exception {
    try (DemoServer server = served()) {
      String host = "Host: localhost:" + server.port();
      String answer = answer(server, "/digits.gguf", host, "Range: " + range);
      assertEquals(status, status(answer), answer);
      if (body != null) {
        assertEquals(body, body(answer));
      } else {
        assertTrue(answer.contains("Content-Range: bytes */10\r\n"), answer);
      }
    }
  }

  @Test
  void severalRangesComeAsParts() throws Exception {
    try (DemoServer server = served()) {
      String host = "Host: localhost:" + server.port();
      String answer = answer(server, "/digits.gguf", host, "Range: bytes=0-1,5-6");
      assertEquals("206", status(answer));
      assertTrue(answer.contains("multipart/byteranges"), answer);
      assertTrue(answer.contains("bytes 0-1/10") && answer.contains("bytes 5-6/10"), answer);
    }
  }

  @Test
  void aPartOfAnotherFileIsNotGiven() throws Exception {
    try (DemoServer server = served()) {
      String host = "Host: localhost:" + server.port();
      String range = "Range: bytes=2-4";
      String whole = answer(server, "/digits.gguf", host);
      String date = whole.replaceAll("(?s).*Last-Modified: ([^\r]+)\r.*", "$1");
      assertEquals("234", body(answer(server, "/digits.gguf", host, range, "If-Range: " + date)));
      for (String other :
          new String[] {
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Fri, 01 Jan 2100 00:00:00 GMT",
            "\"tag\"",
            "W/\"tag\"",
            "nonsense"
          }) {
        String all = answer(server, "/digits.gguf", host, range, "If-Range: " + other);
        assertEquals("200", status(all), other);
        assertEquals("0123456789", body(all), other);
      }
      assertEquals("200", status(answer(server, "/digits.gguf", host, "If-Range: " + date)));
    }
  }

  @Test
  void pageAndEngineAreCompressedAndModelsAreNot() throws Exception {
    byte[] engine = "engine ".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    for (String name : new String[] {"a.wasm", "a.js", "a.css", "a.json", "a.svg", "a.gguf"}) {
      Files.write(folder.resolve(name), engine);
    }
    try (DemoServer server = served()) {
      String host = "Host: localhost:" + server.port();
      String accept = "Accept-Encoding: gzip, br";
      for (String name :
          new String[] {"", "index.html", "a.wasm", "a.js", "a.css", "a.json", "a.svg"}) {
        String answer = answer(server, "/" + name, host, accept);
        assertTrue(answer.contains("Content-Encoding: gzip\r\n"), name + answer);
        assertTrue(answer.contains("Vary: Accept-Encoding"), name);
        assertTrue(answer.length() < 5_000, name);
        assertFalse(answer(server, "/" + name, host).contains("Content-Encoding"), name);
      }
      assertTrue(
          answer(server, "/a.wasm", host, accept).contains("Content-Type: application/wasm"));
      String model = answer(server, "/a.gguf", host, accept);
      assertTrue(model.contains("Content-Length: " + engine.length), model.substring(0, 500));
      assertFalse(model.contains("Content-Encoding"));
      String part = answer(server, "/a.js", host, accept, "Range: bytes=0-5");
      assertEquals("206", status(part));
      assertFalse(part.contains("Content-Encoding"));
      assertEquals("engine", body(part));
    }
    try (DemoServer server = DemoServer.start(folder, 0);
        InputStream unpacked =
            new GZIPInputStream(
                new ByteArrayInputStream(
                    HttpClient.newHttpClient()
                        .send(
                            HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + server.port() + "/a.wasm"))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                            BodyHandlers.ofByteArray())
                        .body()))) {
      assertArrayEquals(engine, unpacked.readAllBytes());
    }
  }
}
