package io.wasmchord.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves model files to a page of another origin on 127.0.0.1, well-behaved or with a fault. */
public final class ModelServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  /** How a file is served. */
  public enum Behaviour {
    /** Range requests answered with 206. */
    RANGES,
    /** Range ignored: the whole file with 200. */
    WHOLE,
    /** The connection breaks off in the second half of the file, every time. */
    TRUNCATED,
    /** 206 with a Content-Range that is not what was asked for. */
    WRONG_RANGE,
    /** Range requests answered with 200 and the part, as if it were the whole. */
    PART_AS_WHOLE
  }

  private record Entry(Path file, Behaviour behaviour) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();

  public ModelServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Serves {@code file} under a new address, which is returned. */
  public String add(Path file, Behaviour behaviour) {
    String path = "/" + entries.size() + "/" + file.getFileName();
    entries.put(path, new Entry(file, behaviour));
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** An address at which there is nothing. */
  public String missing() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/missing.gguf";
  }

  /** Requests answered so far. */
  public int requests() {
    return requests.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      var headers = exchange.getResponseHeaders();
      headers.set("Access-Control-Allow-Origin", "*");
      headers.set("Access-Control-Allow-Headers", "*");
      headers.set("Access-Control-Expose-Headers", "*");
      headers.set("Cross-Origin-Resource-Policy", "cross-origin");
      Entry entry = entries.get(exchange.getRequestURI().getPath());
      if (exchange.getRequestMethod().equals("OPTIONS")) {
        exchange.sendResponseHeaders(204, -1);
      } else if (entry == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        try (FileChannel channel = FileChannel.open(entry.file)) {
          serve(exchange, channel, entry.behaviour);
        }
      }
    }
  }

  private static void serve(HttpExchange exchange, FileChannel file, Behaviour behaviour)
      throws IOException {
    long size = file.size();
    long from = 0;
    long to = size - 1;
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher matcher = RANGE.matcher(range == null ? "" : range);
    boolean partial = behaviour != Behaviour.WHOLE && matcher.matches();
    if (partial) {
      from = Long.parseLong(matcher.group(1));
      to = matcher.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(matcher.group(2)));
      if (from > to) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + size);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      partial = behaviour != Behaviour.PART_AS_WHOLE;
    }
    if (partial) {
      long shift = behaviour == Behaviour.WRONG_RANGE ? 1 : 0;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + (from + shift) + "-" + (to + shift) + "/" + size);
      exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    }
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(partial ? 206 : 200, to - from + 1);
    send(
        exchange.getResponseBody(),
        file,
        from,
        behaviour == Behaviour.TRUNCATED ? Math.min(to, size / 2) : to);
  }

  private static void send(OutputStream out, FileChannel file, long from, long to)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = from; at <= to; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to + 1 - at));
      int n = file.read(buffer, at);
      if (n < 0) {
        return;
      }
      out.write(buffer.array(), 0, n);
      at += n;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
