package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.server.ChordServer;
import io.wasmchord.server.ServerLimits;
import io.wasmchord.server.ServerOptions;
import io.wasmchord.server.models.ModelSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How many tokens a second clients of a server get together, over HTTP, beside one of them. */
final class BenchServer {
  private static final int PROMPT = 8; // tokens
  private static final int MOST = 1000;

  private final LoadedModel loaded;
  private final int tokens;
  private final List<Double> first = new ArrayList<>(); // seconds to first tokens of a run

  /**
   * @param tokens of each answer
   */
  BenchServer(LoadedModel loaded, int tokens) {
    this.loaded = loaded;
    this.tokens = tokens;
  }

  /** Checks counts before anything is measured. */
  static void check(List<Integer> counts) {
    for (int count : counts) {
      if (count < 1 || count > MOST) {
        throw new InvalidRequestException(
            "--server is " + count + "; it is from 1 to " + MOST + " clients");
      }
    }
  }

  /**
   * Measures so many clients at once. The model is closed afterwards.
   *
   * @param counts numbers of clients; the first is what the others are compared with
   */
  void report(List<Integer> counts, int runs, ObjectNode node)
      throws IOException, InterruptedException {
    ServerLimits limits = ServerLimits.DEFAULT.withRequests(Collections.max(counts), 0);
    List<List<Double>> speeds = new ArrayList<>();
    List<List<Double>> times = new ArrayList<>();
    try (ChordServer server =
            ChordServer.start(
                List.of(new ModelSource("bench", () -> loaded)),
                ServerOptions.local(0).withLimits(limits));
        HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + server.port() + "/v1/completions");
      for (int run = 0; run <= runs; run++) {
        for (int i = 0; i < counts.size(); i++) {
          double speed = together(client, address, counts.get(i));
          if (run == 0) { // it warms up
            speeds.add(new ArrayList<>());
            times.add(new ArrayList<>());
          } else {
            speeds.get(i).add(speed);
            times.get(i).addAll(first);
          }
        }
      }
    }
    for (int i = 0; i < counts.size(); i++) {
      String name = "server_" + counts.get(i);
      double speed = part(speeds.get(i), 0.5);
      node.put(name + "_tokens_per_s", speed);
      node.put(name + "_first_token_ms", 1e3 * part(times.get(i), 0.5));
      node.put(name + "_first_token_p99_ms", 1e3 * part(times.get(i), 0.99));
      if (i > 0) {
        double ratio = speed / part(speeds.getFirst(), 0.5);
        node.put(name + "_ratio", Math.round(100 * ratio) / 100.0);
      }
    }
  }

  /** Tokens a second of all clients. */
  private double together(HttpClient client, URI address, int count) throws InterruptedException {
    first.clear();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      List<Future<Double>> answers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        answers.add(clients.submit(() -> hear(client, address, number)));
      }
      for (Future<Double> answer : answers) {
        first.add(answer.get());
      }
      return count * tokens * 1e9 / (System.nanoTime() - start);
    } catch (ExecutionException e) {
      throw new GenerationException("a client of the server failed: " + e.getCause());
    }
  }

  /** Reads an answer to its end; seconds to its first part. */
  private double hear(HttpClient client, URI address, int number)
      throws IOException, InterruptedException {
    String body =
        "{\"stream\": true, \"temperature\": 0, \"ignore_eos\": true, \"max_tokens\": %d, \"prompt\": [%s]}"
            .formatted(tokens, prompt(number));
    long start = System.nanoTime();
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofInputStream());
    double seconds = 0;
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        seconds = seconds == 0 ? (System.nanoTime() - start) / 1e9 : seconds;
        last = line.isEmpty() ? last : line;
      }
    }
    if (!last.equals("data: [DONE]")) {
      throw new IOException("an answer ended with " + last);
    }
    return seconds;
  }

  private String prompt(int number) {
    int vocabulary = loaded.model().config().vocabulary();
    return IntStream.range(0, PROMPT)
        .mapToObj(i -> String.valueOf(((i + 31L * number) * 2654435761L + 17) % vocabulary))
        .collect(Collectors.joining(","));
  }

  private static double part(List<Double> values, double part) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()));
  }
}
