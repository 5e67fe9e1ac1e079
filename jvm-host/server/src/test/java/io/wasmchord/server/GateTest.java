package io.wasmchord.server;

import static io.wasmchord.server.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.InvalidRequestException;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may call, and how much they may send. */
class GateTest {
  private static TestServer served(ServerOptions options) {
    return new TestServer(options, List.of(TestServer.demoModel("demo")));
  }

  /** The first line of what is answered to a call of another name. */
  private static String called(TestServer server, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String call = "GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(call.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.split("\r\n")[0];
    }
  }

  @Test
  void namesThatCouldBeMadeToLeadHereAreRefused() throws IOException {
    ServerOptions options = ServerOptions.local(0);
    try (TestServer server = served(options)) {
      assertTrue(called(server, "evil.example").contains("421"));
      assertTrue(called(server, "localhost.evil.example:80").contains("421"));
      assertTrue(called(server, "localhost:1").contains("200"));
      assertTrue(called(server, "[::1]:1").contains("200"));
      assertTrue(called(server, "127.0.0.1").contains("200"));
    }
    ServerOptions named =
        new ServerOptions(
            "127.0.0.1",
            0,
            Set.of(),
            false,
            Set.of(),
            Set.of("chord.lan"),
            options.limits(),
            t -> {});
    try (TestServer server = served(named)) {
      assertTrue(called(server, "chord.lan:8080").contains("200"));
    }
  }

  @Test
  void pagesElsewhereNeedToBeAllowed() {
    try (TestServer server = served(ServerOptions.local(0))) {
      HttpResponse<String> refused =
          server.send(server.request("/v1/models").header("Origin", "https://evil.example"));
      assertEquals(403, refused.statusCode());
      assertEquals(
          200,
          server
              .send(server.request("/v1/models").header("Origin", server.address()))
              .statusCode());
    }
    String page = "https://page.example";
    try (TestServer server = served(ServerOptions.local(0).withOrigins(Set.of(page)))) {
      HttpResponse<String> allowed =
          server.send(server.request("/v1/models").header("Origin", page));
      assertEquals(page, allowed.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
      HttpResponse<String> asked =
          server.send(
              server
                  .request("/v1/chat/completions")
                  .header("Origin", page)
                  .header("Access-Control-Request-Headers", "authorization")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      assertEquals(204, asked.statusCode());
      assertEquals(
          "authorization",
          asked.headers().firstValue("Access-Control-Allow-Headers").orElseThrow());
    }
  }

  @Test
  void aKeyIsNeededWhereThereIsOne() {
    try (TestServer server = served(ServerOptions.local(0).withKeys(Set.of("one", "two")))) {
      assertEquals(401, server.get("/v1/models").statusCode());
      HttpResponse<String> wrong =
          server.send(server.request("/v1/models").header("Authorization", "Bearer three"));
      assertEquals("invalid_api_key", json(wrong).at("/error/code").asText());
      assertEquals(401, server.get("/metrics").statusCode());
      assertEquals(
          200,
          server
              .send(server.request("/v1/models").header("Authorization", "Bearer two"))
              .statusCode());
      assertEquals(200, server.get("/health").statusCode());
    }
  }

  @Test
  void beyondThisMachineAKeyIsNeeded() {
    ServerOptions local = ServerOptions.local(0);
    assertThrows(
        InvalidRequestException.class,
        () ->
            new ServerOptions(
                "0.0.0.0", 0, Set.of(), false, Set.of(), Set.of(), local.limits(), t -> {}));
    new ServerOptions(
        "0.0.0.0", 0, Set.of("k"), false, Set.of(), Set.of(), local.limits(), t -> {});
    new ServerOptions("0.0.0.0", 0, Set.of(), true, Set.of(), Set.of(), local.limits(), t -> {});
    assertThrows(InvalidRequestException.class, () -> ServerOptions.local(70_000));
    assertThrows(InvalidRequestException.class, () -> ServerLimits.DEFAULT.withRequests(0, 1));
    assertThrows(InvalidRequestException.class, () -> local.withKeys(Set.of(" ")));
  }

  @Test
  void aRequestHasLimits() throws IOException {
    ServerLimits limits = ServerLimits.DEFAULT.withRequest(200, 3, Duration.ofMinutes(1));
    try (TestServer server = TestServer.demo(limits)) {
      String large = "{'prompt':'" + "a".repeat(200) + "'}";
      assertEquals(413, server.post("/v1/completions", large).statusCode());
      HttpResponse<String> chunked =
          server.send(
              server
                  .request("/v1/completions")
                  .POST(
                      HttpRequest.BodyPublishers.fromPublisher(
                          HttpRequest.BodyPublishers.ofString(large.replace('\'', '"')))));
      assertEquals(413, chunked.statusCode());
      assertEquals(
          3,
          server
              .ok("/v1/completions", "{'prompt':'The sea','max_tokens':50,'ignore_eos':true}")
              .at("/usage/completion_tokens")
              .asInt());
    }
  }
}
