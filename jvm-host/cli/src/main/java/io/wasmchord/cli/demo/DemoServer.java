package io.wasmchord.cli.demo;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.AllowedResourceAliasChecker;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Serves a folder on 127.0.0.1 with Range requests, and with the headers that make a page
 * cross-origin isolated, so that it may use shared memory and threads. Page and engine are sent
 * compressed. It answers only to its own host's names, and links do not lead out of the folder.
 */
public final class DemoServer implements AutoCloseable {
  private static final int LAST_PORT = 65_535;

  /** Of every answer. */
  private static final Map<String, String> ALWAYS = Map.of("X-Content-Type-Options", "nosniff");

  /** All that the JS module needs; a worker obeys the policy of its own script's answer. */
  private static final Map<String, String> POLICY =
      Map.of("Content-Security-Policy", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'");

  /** Of every answer where the page is to be isolated. */
  private static final Map<String, String> ISOLATION =
      Map.of(
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Embedder-Policy", "require-corp",
          "Cross-Origin-Resource-Policy", "same-origin");

  /**
   * What is compressed: the page, by each of its names, and the engine. Models are nearly random.
   */
  private static final List<String> COMPRESSED =
      List.of("", "*.html", "*.css", "*.js", "*.mjs", "*.json", "*.svg", "*.wasm");

  private final Server server;
  private final ServerConnector connector;

  private DemoServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts serving {@code root}.
   *
   * @param port the port, or 0 for any free one
   * @throws FileException when the folder is missing or the port is taken
   */
  public static DemoServer start(Path root, int port) {
    return start(root, port, Map.of());
  }

  /**
   * Starts serving {@code root}, and other folders below paths such as {@code /models}.
   *
   * @param port the port, or 0 for any free one
   * @param others folders by path
   * @throws FileException when the folder is missing or the port is taken
   */
  public static DemoServer start(Path root, int port, Map<String, Path> others) {
    return start(root, port, others, List.of(ALWAYS, POLICY, ISOLATION));
  }

  /**
   * Starts serving {@code root} as a host does that sends no headers of isolation.
   *
   * @throws FileException when the folder is missing or the port is taken
   */
  public static DemoServer startPlain(Path root, int port) {
    return start(root, port, Map.of(), List.of(ALWAYS, POLICY));
  }

  /**
   * Starts serving {@code root} and other folders without a policy, for modules that need more than
   * ours does.
   *
   * @throws FileException when the folder is missing or the port is taken
   */
  public static DemoServer startWithoutPolicy(Path root, int port, Map<String, Path> others) {
    return start(root, port, others, List.of(ALWAYS, ISOLATION));
  }

  private static DemoServer start(
      Path root, int port, Map<String, Path> others, List<Map<String, String>> sent) {
    if (port < 0 || port > LAST_PORT) {
      throw new InvalidRequestException(
          "port " + port + " does not exist; give one of 1 to " + LAST_PORT + ", or 0 for any");
    }
    requirePage(root);
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    Handler.Sequence handlers = new Handler.Sequence();
    others.forEach((path, folder) -> handlers.addHandler(context(folder, path)));
    handlers.addHandler(context(root, "/"));
    handlers.addHandler(new DefaultHandler(false, false));
    Map<String, String> headers = new LinkedHashMap<>();
    sent.forEach(headers::putAll);
    server.setHandler(new Headers(headers, new OwnHost(new Compressed(handlers))));
    try {
      server.start();
    } catch (Exception e) {
      throw failed(e, port);
    }
    return new DemoServer(server, connector);
  }

  /**
   * What serves {@code root} within another server, with the headers that isolate the page.
   *
   * @throws FileException when the folder holds no page
   */
  public static Handler page(Path root) {
    requirePage(root);
    Map<String, String> headers = new LinkedHashMap<>();
    List.of(ALWAYS, POLICY, ISOLATION).forEach(headers::putAll);
    return new Headers(headers, new Compressed(context(root, "/")));
  }

  private static void requirePage(Path root) {
    if (!hasPage(root)) {
      throw new FileException(root + " holds no built page; build it with ./chord demo");
    }
  }

  /** Whether a folder holds a page. */
  public static boolean hasPage(Path root) {
    return Files.isRegularFile(root.resolve("index.html"));
  }

  /**
   * A folder below a path. What links in it lead to is served only where it is in the folder too.
   */
  private static ContextHandler context(Path folder, String path) {
    SharedFolder files = new SharedFolder(folder);
    ContextHandler context = new ContextHandler(files, path);
    context.setBaseResource(files.getBaseResource());
    context.setAliasChecks(List.of(new AllowedResourceAliasChecker(context)));
    return context;
  }

  private static FileException failed(Exception e, int port) {
    boolean taken =
        e instanceof BindException
            || e.getCause() instanceof BindException
            || e instanceof IOException;
    return new FileException(
        taken
            ? "port " + port + " is in use; choose another with --port, or --port 0 for any"
            : "the server cannot start: " + e.getMessage());
  }

  /** Adds headers to every answer, refusals too. */
  private static final class Headers extends Handler.Wrapper {
    private final Map<String, String> headers;

    Headers(Map<String, String> headers, Handler handler) {
      super(handler);
      this.headers = headers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      headers.forEach(response.getHeaders()::put);
      return super.handle(request, response, callback);
    }
  }

  /**
   * Refuses requests for other hosts: a page elsewhere whose name is made to lead here is not of
   * this server's origin, and must not read what it serves.
   */
  private static final class OwnHost extends Handler.Wrapper {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    OwnHost(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      int port = Request.getLocalPort(request);
      boolean own =
          NAMES.contains(Request.getServerName(request).toLowerCase(Locale.ROOT))
              && Request.getServerPort(request) == port;
      if (own) {
        return super.handle(request, response, callback);
      }
      Response.writeError(
          request,
          response,
          callback,
          HttpStatus.MISDIRECTED_REQUEST_421,
          "this server answers as localhost:" + port + " only");
      return true;
    }
  }

  /** Compresses the page and the engine; parts of files are parts of them as they are. */
  private static final class Compressed extends CompressionHandler {
    Compressed(Handler handler) {
      super(handler);
      putCompression(new GzipCompression());
      COMPRESSED.forEach(path -> putConfiguration(path, CompressionConfig.builder().build()));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      return request.getHeaders().contains(HttpHeader.RANGE)
          ? getHandler().handle(request, response, callback)
          : super.handle(request, response, callback);
    }
  }

  /** The port in use. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until the server is stopped. */
  public void join() throws InterruptedException {
    server.join();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
