package io.wasmchord.jvm.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves one file, and does to each request what the script says. */
final class FaultyHttpServer implements AutoCloseable {
  /** What is done instead of a right answer. */
  interface Fault {
    void answer(FaultyHttpServer server, HttpExchange exchange) throws IOException;
  }

  /** What a client asked; headers are empty where absent. */
  record Asked(String path, String range, String ifRange, String authorization) {}

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  final Queue<Fault> script = new ConcurrentLinkedQueue<>();
  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> files = new ConcurrentHashMap<>(); // by path, beside the one file
  volatile byte[] content = new byte[0];
  volatile String etag = "\"1\"";
  volatile String lastModified = "";
  volatile boolean linked;
  volatile boolean ranges = true;

  FaultyHttpServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          new Asked(
              exchange.getRequestURI().toString(),
              header(exchange, "Range"),
              header(exchange, "If-Range"),
              header(exchange, "Authorization")));
      Fault fault = script.poll();
      if (fault == null) {
        serve(exchange, Integer.MAX_VALUE, 0);
      } else {
        fault.answer(this, exchange);
      }
    } catch (IOException e) {
      // the client hung up, or less was sent than promised: both are wanted here
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** The right answer, except that the connection drops after {@code limit} bytes. */
  private void serve(HttpExchange exchange, int limit, int shift) throws IOException {
    byte[] now = files.getOrDefault(exchange.getRequestURI().getPath(), content);
    describe(exchange, now);
    Matcher range = RANGE.matcher(header(exchange, "Range"));
    String condition = header(exchange, "If-Range");
    boolean same = condition.isEmpty() || condition.equals(etag) || condition.equals(lastModified);
    int from = 0;
    if (ranges && same && range.matches()) {
      from = Integer.parseInt(range.group(1));
      if (from >= now.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes " + (from + shift) + "-" + (now.length - 1) + "/" + now.length);
      exchange.sendResponseHeaders(206, now.length - from);
    } else {
      exchange.sendResponseHeaders(200, now.length);
    }
    // Closing the stream itself would leave the connection open when something is missing.
    exchange.getResponseBody().write(now, from, Math.min(limit, now.length - from));
  }

  private void describe(HttpExchange exchange, byte[] now) {
    set(exchange, "ETag", etag);
    set(exchange, "Last-Modified", lastModified);
    set(exchange, "X-Linked-ETag", linked ? '"' + sha256(now) + '"' : "");
    set(exchange, "X-Linked-Size", linked ? "" + now.length : "");
    set(exchange, "Content-Type", "application/octet-stream");
  }

  private static void set(HttpExchange exchange, String name, String value) {
    if (!value.isEmpty()) {
      exchange.getResponseHeaders().set(name, value);
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(ChunkDigests.sha256().digest(bytes));
  }

  /** The connection breaks after so many bytes of the body. */
  static Fault drop(int bytes) {
    return (server, exchange) -> server.serve(exchange, bytes, 0);
  }

  /** An error status with a page, and a header where its name is not empty. */
  static Fault status(int status, String header, String value) {
    return (server, exchange) -> {
      set(exchange, header, header.isEmpty() ? "" : value);
      byte[] page = "<html>error</html>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, page.length);
      exchange.getResponseBody().write(page);
    };
  }

  /** The whole file, whatever was asked, broken off after so many bytes. */
  static Fault ignoreRange(int bytes) {
    return (server, exchange) -> {
      byte[] now = server.content;
      server.describe(exchange, now);
      exchange.sendResponseHeaders(200, now.length);
      exchange.getResponseBody().write(now, 0, Math.min(now.length, bytes));
    };
  }

  /** Says that other bytes come than were asked for. */
  static Fault wrongRange() {
    return (server, exchange) -> server.serve(exchange, Integer.MAX_VALUE, -1);
  }

  /** A complete answer, by its own headers, with fewer bytes than the file has. */
  static Fault shortBody(int bytes) {
    return (server, exchange) -> {
      byte[] now = server.content;
      server.describe(exchange, now);
      exchange.sendResponseHeaders(200, 0); // chunked, and properly ended
      exchange.getResponseBody().write(now, 0, Math.min(now.length - 1, bytes));
      exchange.getResponseBody().close();
    };
  }

  /** The file becomes another one just before the answer. */
  static Fault change(byte[] content, String etag, String lastModified, int dropAfter) {
    return (server, exchange) -> {
      server.content = content;
      server.etag = etag;
      server.lastModified = lastModified;
      server.serve(exchange, dropAfter, 0);
    };
  }

  /** One byte of the body is another. */
  static Fault corrupt(int at) {
    return (server, exchange) -> {
      byte[] right = server.content;
      byte[] wrong = right.clone();
      wrong[at] ^= 1;
      server.describe(exchange, right);
      exchange.sendResponseHeaders(200, wrong.length);
      exchange.getResponseBody().write(wrong);
    };
  }

  /** A page instead of a file, as a hotel's network sends it. */
  static Fault page(String type) {
    return (server, exchange) -> {
      byte[] page = "<!doctype html><p>Please log in".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    };
  }

  /** The first bytes, then nothing, until the server is closed. */
  static Fault stall(int bytes) {
    return (server, exchange) -> {
      server.describe(exchange, server.content);
      exchange.sendResponseHeaders(200, server.content.length);
      exchange.getResponseBody().write(server.content, 0, bytes);
      exchange.getResponseBody().flush();
      try {
        server.closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** As a hub answers: with the digest and the way to the store. */
  static Fault redirect(String to, String sha256, long size) {
    return (server, exchange) -> {
      set(exchange, "X-Linked-ETag", '"' + sha256 + '"');
      set(exchange, "X-Linked-Size", "" + size);
      set(exchange, "Location", to);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }
}
