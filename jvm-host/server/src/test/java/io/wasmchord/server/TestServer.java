package io.wasmchord.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.server.models.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server of tests, and a client of it. */
final class TestServer implements AutoCloseable {
  static final String DEMO = "demo";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

  private final ChordServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestServer(ServerOptions options, List<ModelSource> models) {
    server = ChordServer.start(models, options);
  }

  static TestServer demo(ServerLimits limits) {
    return new TestServer(ServerOptions.local(0).withLimits(limits), List.of(demoModel(DEMO)));
  }

  static ModelSource demoModel(String name) {
    return model(
        name, Path.of(System.getProperty("chord.root"), "models/wasm-chord-demo-q4_k_m.gguf"));
  }

  static ModelSource model(String name, Path file) {
    return new ModelSource(
        name,
        () -> file.toFile().length(),
        () -> LoadedModel.builder(file).threads(1).contextAtMost(4096).load());
  }

  ChordServer server() {
    return server;
  }

  int port() {
    return server.port();
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request.build(), handler);
  }

  HttpRequest.Builder posting(String path, String json) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')));
  }

  /** What is answered to JSON, whose quotes are single ones. */
  HttpResponse<String> post(String path, String json) {
    return send(posting(path, json));
  }

  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  /** The answer to JSON, which is one of success. */
  JsonNode ok(String path, String json) {
    HttpResponse<String> response = post(path, json);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return json(response);
  }

  /** What events brought, without the last one. */
  static List<JsonNode> events(String body) {
    List<JsonNode> all = new ArrayList<>();
    for (String line : body.split("\n")) {
      if (line.startsWith("data: ") && !line.equals("data: [DONE]")) {
        all.add(json(line.substring(6)));
      }
    }
    return all;
  }

  /** A line of the metrics, or 0. */
  double metric(String name) {
    for (String line : get("/metrics").body().split("\n")) {
      if (line.startsWith(name + " ")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    return 0;
  }

  /** The sum of all lines of the metrics that begin so. */
  double sum(String start) {
    double sum = 0;
    for (String line : get("/metrics").body().split("\n")) {
      if (line.startsWith(start)) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    return sum;
  }

  /** Whether nothing is answered and nothing waits; the call that asks is itself answered. */
  boolean idle() {
    return metric("chord_requests_active") == 1
        && metric("chord_requests_waiting") == 0
        && sum("chord_slots_busy{") == 0;
  }

  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    boolean met = condition.getAsBoolean();
    while (!met && System.nanoTime() < until) {
      LockSupport.parkNanos(2_000_000);
      met = condition.getAsBoolean();
    }
    assertTrue(met, what);
  }

  @Override
  public void close() {
    client.shutdownNow();
    server.close();
  }
}
