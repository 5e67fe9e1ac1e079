package io.wasmchord.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * WebKitGTK's small browser, the stand-in for Safari, driven through WebDriver (W3C) by the driver
 * that comes with it, on a display of its own (Xvfb).
 */
final class WebKit implements AutoCloseable {
  private static final String DRIVER = "WebKitWebDriver";
  private static final String DISPLAY = "Xvfb";
  private static final long TIMEOUT_SECONDS = 180;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Process display;
  private final Process driver;
  private final String address;
  private final String session;

  private WebKit(Path driverFile, Path displayFile, Path browser)
      throws IOException, InterruptedException {
    display =
        new ProcessBuilder(
                displayFile.toString(),
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1024x768x24",
                "-nolisten",
                "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(display.getInputStream(), StandardCharsets.UTF_8));
    String number = said.readLine();
    if (number == null) {
      throw new IOException(DISPLAY + " did not start");
    }
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(driverFile.toString(), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DISPLAY", ":" + number.strip());
    driver = builder.start();
    address = "http://127.0.0.1:" + port;
    session = newSession(browser);
    call(
        "POST",
        "/timeouts",
        Map.of("script", TIMEOUT_SECONDS * 1000, "pageLoad", TIMEOUT_SECONDS * 1000));
  }

  /** The browser, where Debian's packages webkit2gtk-driver and xvfb are installed. */
  static Optional<WebKit> start() throws IOException, InterruptedException {
    Optional<Path> driver = onThePath(DRIVER);
    Optional<Path> display = onThePath(DISPLAY);
    Optional<Path> browser = browser();
    if (driver.isEmpty() || display.isEmpty() || browser.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new WebKit(driver.get(), display.get(), browser.get()));
  }

  private static Optional<Path> onThePath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Debian keeps it beside the library, in a folder of the architecture. */
  private static Optional<Path> browser() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    try (Stream<Path> found =
        Files.find(
            libraries,
            3,
            (path, attributes) ->
                path.endsWith("MiniBrowser")
                    && path.getParent().getFileName().toString().startsWith("webkit2gtk"))) {
      return found.findFirst();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The driver is asked until it listens. */
  private String newSession(Path browser) throws IOException, InterruptedException {
    Map<String, ?> options = Map.of("binary", browser.toString(), "args", List.of("--automation"));
    Map<String, ?> capabilities =
        Map.of("capabilities", Map.of("alwaysMatch", Map.of("webkitgtk:browserOptions", options)));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (; ; ) {
      try {
        return send("POST", "/session", capabilities).get("sessionId").textValue();
      } catch (java.net.ConnectException e) {
        if (System.nanoTime() > deadline || !driver.isAlive()) {
          throw e;
        }
        driver.waitFor(50, TimeUnit.MILLISECONDS);
      }
    }
  }

  private JsonNode call(String method, String path, Object body) throws IOException {
    try {
      return send(method, "/session/" + session + path, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private JsonNode send(String method, String path, Object body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(Duration.ofSeconds(TIMEOUT_SECONDS + 30))
            .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    JsonNode value = json.readTree(answer.body()).path("value");
    if (answer.statusCode() != 200) {
      throw new IOException(method + " " + path + ": " + value);
    }
    return value;
  }

  /** Opens a page and waits until it has loaded. */
  void open(String url) throws IOException {
    call("POST", "/url", Map.of("url", url));
  }

  /**
   * Runs an async function of the page, {@code (argument) => ...}, and returns its result.
   *
   * @param argument anything that JSON can say
   * @throws IOException when the function throws
   */
  JsonNode evaluate(String function, Object argument) throws IOException {
    String script =
        """
        const done = arguments[arguments.length - 1];
        (%s)(JSON.parse(arguments[0])).then(
          (value) => done(JSON.stringify({ value: value ?? null })),
          (error) => done(JSON.stringify({ error: `${error.code ?? ''} ${error}` })));
        """
            .formatted(function);
    JsonNode text =
        call(
            "POST",
            "/execute/async",
            Map.of("script", script, "args", List.of(json.writeValueAsString(argument))));
    JsonNode result = json.readTree(text.textValue());
    if (result.has("error")) {
      throw new IOException(result.get("error").textValue());
    }
    return result.get("value");
  }

  @Override
  public void close() throws IOException {
    try {
      call("DELETE", "", Map.of());
    } finally {
      client.close();
      for (Process process : List.of(driver, display)) {
        process.destroy();
        process
            .onExit()
            .orTimeout(20, TimeUnit.SECONDS)
            .exceptionally(e -> process.destroyForcibly())
            .join();
      }
    }
  }
}
