package io.wasmchord.e2e;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wasmchord.browser.EnginePage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on 127.0.0.1 that misbehaves as it is told, request by request. It serves the built site
 * too, so that a page can be of the same origin as its models.
 */
public final class FaultServer implements AutoCloseable {
  /** What goes wrong with one request. */
  public enum Fault {
    /** The connection breaks off after some bytes. */
    DROP,
    /** Some bytes come, then nothing, with the connection open. */
    STALL,
    ERROR_500,
    /** 429 with Retry-After: 0. */
    BUSY,
    /** 416 although the range is there. */
    RANGE_REFUSED,
    /** 200 with the whole file. */
    RANGE_IGNORED,
    /** 206 with another Content-Range. */
    WRONG_RANGE,
    /** 206 with fewer bytes than asked for, properly ended. */
    SHORT,
    /** A flipped bit. */
    CORRUPT,
    /** A little at a time. */
    TRICKLE,
    /** The connection is closed without an answer. */
    REFUSE,
    /** 200 with the whole file, compressed. */
    GZIP,
    /** From this request on the file is another one. */
    CHANGE
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Served> files = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);

  public FaultServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Serves {@code content} at {@code /name}.
   *
   * @param faults by number of request, from 0 on
   */
  public Served add(String name, byte[] content, Map<Integer, Fault> faults, long seed) {
    Served served = new Served(origin() + "/" + name, content, faults, seed);
    files.put("/" + name, served);
    return served;
  }

  /** Requests for anything, whether it is there or not. */
  public int asked() {
    return asked.get();
  }

  /** The site's files, a page without anything, or a served model. */
  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    Headers headers = exchange.getResponseHeaders();
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("Access-Control-Allow-Headers", "*, Authorization");
    headers.set("Access-Control-Expose-Headers", "*");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Embedder-Policy", "require-corp");
    headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    try (exchange) {
      Served served = files.get(path);
      Path file = EnginePage.site().resolve(path.substring(1)).normalize();
      if (exchange.getRequestMethod().equals("OPTIONS")) {
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      asked.incrementAndGet();
      if (served != null) {
        served.answer(exchange, closing);
      } else if (path.equals("/blank")) {
        send(
            exchange,
            "text/html",
            "<!doctype html><title>blank</title>".getBytes(StandardCharsets.UTF_8));
      } else if (file.startsWith(EnginePage.site()) && Files.isRegularFile(file)) {
        send(exchange, type(path), Files.readAllBytes(file));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static String type(String path) {
    return path.endsWith(".js")
        ? "text/javascript"
        : path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  }

  private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }

  /** One file and what happens to its requests. */
  public static final class Served {
    private final String url;
    private final Map<Integer, Fault> faults;
    private final java.util.Random random;
    private final Map<String, String> extraHeaders = new ConcurrentHashMap<>();
    private byte[] content;
    private int version = 1;
    private int requests;
    private int conditional;
    private long sent;
    private boolean healthy;
    private @Nullable Fault constant;
    private String authorization = "";
    private boolean validators = true;
    private boolean denied;

    Served(String url, byte[] content, Map<Integer, Fault> faults, long seed) {
      this.url = url;
      this.content = content;
      this.faults = Map.copyOf(faults);
      this.random = new java.util.Random(seed);
    }

    public String url() {
      return url;
    }

    /** The file as it is now. */
    public synchronized byte[] content() {
      return content;
    }

    /** Replaces the file by another one of a version of its own. */
    public synchronized void content(byte[] other) {
      content = other;
      version++;
    }

    /** Bytes of bodies that went out. */
    public synchronized long sent() {
      return sent;
    }

    public synchronized int requests() {
      return requests;
    }

    /** Requests with If-Range. */
    public synchronized int conditional() {
      return conditional;
    }

    /** The last request's Authorization header, or an empty text. */
    public synchronized String authorization() {
      return authorization;
    }

    /** No more faults from now on. */
    public synchronized void heal() {
      healthy = true;
      constant = null;
    }

    /** Every request meets this fault from now on. */
    public synchronized void ail(Fault fault) {
      constant = fault;
    }

    /** Sends neither ETag nor Last-Modified. */
    public synchronized void withoutValidators() {
      validators = false;
    }

    /** Answers with 401 from now on. */
    public synchronized void deny() {
      denied = true;
    }

    /** A header of every answer. */
    public void header(String name, String value) {
      extraHeaders.put(name, value);
    }

    private synchronized @Nullable Fault next() {
      @Nullable Fault fault = constant != null ? constant : healthy ? null : faults.get(requests);
      requests++;
      if (fault == Fault.CHANGE) {
        byte[] other = content.clone();
        for (int i = 0; i < other.length; i += 1009) {
          other[i] ^= 0x55;
        }
        content(other);
      }
      return fault;
    }

    void answer(HttpExchange exchange, CountDownLatch closing) throws IOException {
      @Nullable Fault fault = next();
      FaultAnswer answer;
      synchronized (this) {
        if (exchange.getRequestHeaders().containsKey("If-Range")) {
          conditional++;
        }
        authorization =
            exchange
                .getRequestHeaders()
                .getOrDefault("Authorization", java.util.List.of(""))
                .get(0);
        Headers headers = exchange.getResponseHeaders();
        extraHeaders.forEach(headers::set);
        if (validators) {
          headers.set("ETag", "\"v" + version + "\"");
        }
        headers.set("Content-Type", "application/octet-stream");
        answer = new FaultAnswer(content, fault, random.nextLong());
        if (denied) {
          exchange.sendResponseHeaders(401, -1);
          return;
        }
      }
      answer.send(
          exchange,
          closing,
          n -> {
            synchronized (this) {
              sent += n;
            }
          });
    }
  }
}
