package io.wasmchord.server;

import static io.wasmchord.server.TestServer.await;
import static io.wasmchord.server.TestServer.events;
import static io.wasmchord.server.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.server.models.ModelSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients at once, some of whom leave; and the server's end. */
@Timeout(120)
class ManyClientsTest {
  private static final String STREAM = "'stream':true,'temperature':0,'ignore_eos':true,";

  /** A model that is not there before {@code open}. */
  private static ModelSource behind(CountDownLatch open, ModelSource model) {
    return new ModelSource(
        model.name(),
        model.bytes(),
        () -> {
          try {
            open.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return model.loader().get();
        });
  }

  private static String story(int number) {
    return "'messages':[{'role':'user','content':'Tell me story number "
        + number
        + " of the sea.'}]";
  }

  private static String said(String body) {
    return events(body).stream()
        .map(e -> e.at("/choices/0/delta/content").asText(""))
        .collect(Collectors.joining());
  }

  @Test
  void whoeverFindsAFullQueueIsToldToComeBack() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    ServerLimits limits = ServerLimits.DEFAULT.withRequests(1, 1);
    String ask = "{'max_tokens':2,'prompt':'The sea'}";
    try (TestServer served =
            new TestServer(
                ServerOptions.local(0).withLimits(limits),
                List.of(behind(open, TestServer.demoModel("demo"))));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first =
          clients.submit(() -> served.post("/v1/completions", ask));
      await("the first is in", () -> served.metric("chord_requests_active") == 2);
      Future<HttpResponse<String>> second =
          clients.submit(() -> served.post("/v1/completions", ask));
      await("the second waits", () -> served.metric("chord_requests_waiting") == 1);
      HttpResponse<String> third = served.post("/v1/completions", ask);
      assertEquals(429, third.statusCode(), third.body());
      assertEquals("1", third.headers().firstValue("Retry-After").orElseThrow());
      assertEquals("queue_full", json(third).at("/error/code").asText());
      open.countDown();
      assertEquals(200, first.get().statusCode());
      assertEquals(200, second.get().statusCode());
      await("all slots are free", served::idle);
    }
  }

  @Test
  void aClientThatLeavesFreesItsSlot() throws Exception {
    try (TestServer served = TestServer.demo(ServerLimits.DEFAULT.withRequests(1, 8))) {
      HttpResponse<InputStream> stream =
          served.send(
              served.posting("/v1/chat/completions", "{" + STREAM + story(0) + "}"),
              BodyHandlers.ofInputStream());
      assertEquals('d', stream.body().read());
      stream.body().close();
      await("its slot is free", served::idle);
      String whole = "{'temperature':0,'ignore_eos':true," + story(1) + "}";
      try (Socket socket = new Socket("127.0.0.1", served.port())) {
        byte[] body = whole.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        String head =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        await("it has a slot", () -> served.sum("chord_slots_busy{") == 1);
      }
      await("its slot is free, too", served::idle);
      assertEquals(
          2,
          served.metric("chord_requests_total{path=\"gone\",status=\"200\"}")
              + served.metric("chord_requests_total{path=\"gone\",status=\"0\"}"));
    }
  }

  @Test
  void aClientThatLeavesTheQueueIsForgotten() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (TestServer served =
            new TestServer(
                ServerOptions.local(0).withLimits(ServerLimits.DEFAULT.withRequests(1, 4)),
                List.of(behind(open, TestServer.demoModel("demo"))));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      String ask = "{'max_tokens':2,'prompt':'The sea'}";
      Future<HttpResponse<String>> first =
          clients.submit(() -> served.post("/v1/completions", ask));
      await("the first is in", () -> served.metric("chord_requests_active") == 2);
      try (Socket socket = new Socket("127.0.0.1", served.port())) {
        socket
            .getOutputStream()
            .write(
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 14\r\n\r\n{\"prompt\":\"a\"}"
                    .getBytes(StandardCharsets.US_ASCII));
        await("the second waits", () -> served.metric("chord_requests_waiting") == 1);
      }
      await("the second is forgotten", () -> served.metric("chord_requests_waiting") == 0);
      open.countDown();
      assertEquals(200, first.get().statusCode());
    }
  }

  @Test
  void fiftyStreamsOfWhomSomeLeaveAnswerAsOneDoes() throws Exception {
    int clients = 50;
    int stories = 5;
    try (TestServer served = TestServer.demo(ServerLimits.DEFAULT.withRequests(8, 64));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> alone = new ArrayList<>();
      for (int i = 0; i < stories; i++) {
        alone.add(said(served.post("/v1/chat/completions", ask(i)).body()));
      }
      List<Double> first = Collections.synchronizedList(new ArrayList<>());
      List<Future<Boolean>> all = new ArrayList<>();
      Random random = new Random(1);
      for (int i = 0; i < clients; i++) {
        int story = i % stories;
        int leaves = random.nextInt(3) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
        all.add(threads.submit(() -> hears(served, story, leaves, alone.get(story), first)));
      }
      int whole = 0;
      for (Future<Boolean> one : all) {
        whole += one.get() ? 1 : 0;
      }
      assertTrue(whole > clients / 2 && whole < clients, whole + " of them stayed");
      await("all slots are free", served::idle);
      Collections.sort(first);
      System.out.printf(
          "time to first token of %d clients at once: median %.2f s, p99 %.2f s%n",
          clients, first.get(first.size() / 2), first.get((int) (first.size() * 0.99)));
      assertEquals(alone.getFirst(), said(served.post("/v1/chat/completions", ask(0)).body()));
    }
  }

  private static String ask(int story) {
    return "{'max_tokens':10," + STREAM + story(story) + "}";
  }

  /** Reads a stream, or a part of it; whether all was read, and was as expected. */
  private static boolean hears(
      TestServer served, int story, int leaves, String expected, List<Double> first)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<InputStream> response =
        served.send(
            served.posting("/v1/chat/completions", ask(story)), BodyHandlers.ofInputStream());
    StringBuilder body = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      int read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        body.append(line).append('\n');
        if (read == 0) {
          first.add((System.nanoTime() - start) / 1e9);
        }
        if (read++ >= leaves) {
          return false;
        }
      }
    }
    assertEquals(200, response.statusCode(), body.toString());
    assertEquals(expected, said(body.toString()));
    return true;
  }

  @Test
  void answersUnderWayEndBeforeTheServerDoes() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TestServer served =
            new TestServer(
                ServerOptions.local(0), List.of(behind(open, TestServer.demoModel("demo"))))) {
      Future<HttpResponse<String>> answer =
          threads.submit(() -> served.post("/v1/completions", "{'max_tokens':2,'prompt':'a'}"));
      await("it is in", () -> served.metric("chord_requests_active") == 2);
      Future<?> end = threads.submit(() -> served.server().close());
      await("the server stops", () -> served.get("/health").statusCode() == 503);
      HttpResponse<String> late = served.post("/v1/completions", "{'prompt':'a'}");
      assertEquals(503, late.statusCode());
      assertEquals("stopping", json(late).at("/error/code").asText());
      open.countDown();
      assertEquals(200, answer.get().statusCode());
      end.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void answersThatTakeTooLongAreCutOff() throws Exception {
    ServerLimits limits = ServerLimits.DEFAULT.withGrace(Duration.ofMillis(1));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TestServer served = TestServer.demo(limits)) {
      HttpResponse<InputStream> stream =
          served.send(
              served.posting("/v1/chat/completions", "{" + STREAM + story(0) + "}"),
              BodyHandlers.ofInputStream());
      assertEquals('d', stream.body().read());
      Future<?> end = threads.submit(() -> served.server().close());
      String rest = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(rest.contains("stopping") || rest.contains("[DONE]"), rest);
      end.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void oneModelMakesRoomForAnother() {
    List<LoadedModel> loaded = Collections.synchronizedList(new ArrayList<>());
    ServerLimits limits = ServerLimits.DEFAULT.withModelBytes(1);
    try (TestServer served =
        new TestServer(
            ServerOptions.local(0).withLimits(limits),
            List.of(noted("a", loaded), noted("b", loaded)))) {
      for (String name : List.of("a", "a", "b", "a")) {
        served.ok("/v1/completions", "{'model':'" + name + "','max_tokens':2,'prompt':'The sea'}");
        assertEquals(name, json(served.get("/api/ps")).at("/models/0/name").asText());
        assertEquals(1, json(served.get("/api/ps")).get("models").size());
      }
      assertEquals(3, loaded.size());
    }
  }

  private static ModelSource noted(String name, List<LoadedModel> loaded) {
    ModelSource demo = TestServer.demoModel(name);
    return new ModelSource(
        name,
        demo.bytes(),
        () -> {
          loaded.add(demo.loader().get());
          return loaded.getLast();
        });
  }
}
