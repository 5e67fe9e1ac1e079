package io.wasmchord.jvm;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Serves a folder on 127.0.0.1 with Range requests, and with the headers that make a page
 * cross-origin isolated, so that it may use shared memory and threads.
 */
public final class DemoServer implements AutoCloseable {
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
    return start(root, port, others, true);
  }

  /**
   * Starts serving {@code root} as a host does that sends no headers of isolation.
   *
   * @throws FileException when the folder is missing or the port is taken
   */
  public static DemoServer startPlain(Path root, int port) {
    return start(root, port, Map.of(), false);
  }

  private static DemoServer start(Path root, int port, Map<String, Path> others, boolean isolated) {
    if (!Files.isRegularFile(root.resolve("index.html"))) {
      throw new FileException(root + " holds no built page; build it with ./chord demo");
    }
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    Handler.Sequence handlers = new Handler.Sequence();
    others.forEach((path, folder) -> handlers.addHandler(new ContextHandler(files(folder), path)));
    handlers.addHandler(files(root));
    handlers.addHandler(new DefaultHandler(false, false));
    server.setHandler(isolated ? new Isolation(handlers) : handlers);
    try {
      server.start();
    } catch (Exception e) {
      throw failed(e, port);
    }
    return new DemoServer(server, connector);
  }

  @SuppressWarnings("removal") // of setUseFileMapping; there is nothing else in its place yet
  private static ResourceHandler files(Path folder) {
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(files).newResource(folder.toAbsolutePath()));
    files.setAcceptRanges(true);
    files.setUseFileMapping(
        false); // Jetty answers ranges of mapped files above 2 GiB with an error
    files.setDirAllowed(false);
    files.setCacheControl("no-cache");
    MimeTypes.Mutable types = new MimeTypes.Mutable(MimeTypes.DEFAULTS);
    types.addMimeMapping("wasm", "application/wasm");
    types.addMimeMapping("js", "text/javascript");
    types.addMimeMapping("gguf", "application/octet-stream");
    files.setMimeTypes(types);
    return files;
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

  /** Adds the isolation headers, and a policy without {@code 'unsafe-eval'}, to every answer. */
  private static final class Isolation extends Handler.Wrapper {
    /** All that the JS module needs; a worker obeys the policy of its own script's answer. */
    private static final String POLICY = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

    Isolation(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      HttpFields.Mutable headers = response.getHeaders();
      headers.put("Cross-Origin-Opener-Policy", "same-origin");
      headers.put("Cross-Origin-Embedder-Policy", "require-corp");
      headers.put("Cross-Origin-Resource-Policy", "same-origin");
      headers.put("X-Content-Type-Options", "nosniff");
      headers.put("Content-Security-Policy", POLICY);
      return super.handle(request, response, callback);
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
