package io.wasmchord.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A headless Firefox that is already installed, with a profile of its own, driven through WebDriver
 * BiDi (W3C), which it speaks without a driver. Playwright drives only a Firefox of its own making.
 */
final class Firefox implements AutoCloseable {
  private static final List<String> NAMES = List.of("firefox", "firefox-esr");
  private static final String LISTENING = "WebDriver BiDi listening on ";
  private static final long TIMEOUT_SECONDS = 180;
  private static final String PREFERENCES =
      """
      user_pref("remote.active-protocols", 1);
      user_pref("app.update.disabledForTesting", true);
      user_pref("browser.shell.checkDefaultBrowser", false);
      user_pref("datareporting.policy.dataSubmissionEnabled", false);
      user_pref("network.captive-portal-service.enabled", false);
      user_pref("network.connectivity-service.enabled", false);
      """;

  private final ObjectMapper json = new ObjectMapper();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path profile;
  private final Process process;
  private final WebSocket socket;
  private final String tab;

  private Firefox(Path executable) throws IOException {
    profile = Files.createTempDirectory("chord-firefox");
    Files.writeString(profile.resolve("user.js"), PREFERENCES);
    process =
        new ProcessBuilder(
                executable.toString(),
                "--headless",
                "--no-remote",
                "--profile",
                profile.toString(),
                "--remote-debugging-port",
                "0")
            .redirectErrorStream(true)
            .start();
    socket = wait(client.newWebSocketBuilder().buildAsync(address(), new Answers()));
    call("session.new", Map.of("capabilities", Map.of()));
    tab = call("browsingContext.getTree", Map.of()).at("/contexts/0/context").textValue();
  }

  /** The browser that {@code CHORD_FIREFOX} names or that is found on the path, if there is one. */
  static Optional<Firefox> start() throws IOException {
    String named = System.getenv("CHORD_FIREFOX");
    if (named != null && !named.isBlank()) {
      return Optional.of(new Firefox(Path.of(named)));
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (String name : NAMES) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return Optional.of(new Firefox(candidate));
        }
      }
    }
    return Optional.empty();
  }

  /** Reads what the browser prints until it says where it listens, and drains the rest. */
  private URI address() throws IOException {
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line; (line = output.readLine()) != null; ) {
      if (line.startsWith(LISTENING)) {
        Thread.ofVirtual().start(() -> drain(output));
        return URI.create(line.substring(LISTENING.length()) + "/session");
      }
    }
    throw new IOException("Firefox ended before it said where it listens");
  }

  private static void drain(BufferedReader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The browser has ended.
    }
  }

  private final class Answers implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        answer(message.toString());
        message.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void answer(String text) {
      try {
        JsonNode node = json.readTree(text);
        CompletableFuture<JsonNode> waiting = answers.remove(node.path("id").asInt(-1));
        if (waiting != null) {
          waiting.complete(node);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws IOException {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode message = json.createObjectNode().put("id", id).put("method", method);
    message.set("params", json.valueToTree(parameters));
    socket.sendText(json.writeValueAsString(message), true);
    JsonNode result = wait(answer);
    if (!result.path("type").asText().equals("success")) {
      throw new IOException(method + ": " + result);
    }
    return result.path("result");
  }

  private static <T> T wait(CompletableFuture<T> future) throws IOException {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** Opens a page and waits until it has loaded. */
  void open(String url) throws IOException {
    call("browsingContext.navigate", Map.of("context", tab, "url", url, "wait", "complete"));
  }

  /**
   * Runs an async function of the page, {@code (argument) => ...}, and returns its result.
   *
   * @param argument anything that JSON can say
   * @throws IOException when the function throws
   */
  JsonNode evaluate(String function, Object argument) throws IOException {
    String expression =
        "(async () => JSON.stringify(await (%s)(%s)) ?? 'null')()"
            .formatted(function, json.writeValueAsString(argument));
    JsonNode result =
        call(
            "script.evaluate",
            Map.of(
                "expression",
                expression,
                "target",
                Map.of("context", tab),
                "awaitPromise",
                true,
                "userActivation",
                true));
    if (!result.path("type").asText().equals("success")) {
      throw new IOException(result.at("/exceptionDetails/text").asText());
    }
    return json.readTree(result.at("/result/value").textValue());
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    client.close();
    process.destroy();
    process.onExit().orTimeout(20, TimeUnit.SECONDS).exceptionally(e -> process.destroyForcibly());
    process.onExit().join();
    Files.walkFileTree(
        profile,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
