package io.wasmchord.server;

import static io.wasmchord.server.TestServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations by name: the header, and two servers behind Debian's nginx. */
class ReplicasTest {
  private static final String ASKED = "chord_requests_total{path=\"/v1/chat/completions\"";
  private static final Path NGINX = Path.of("/usr/sbin/nginx");

  @TempDir Path folder;

  private static String chat(String first, String more) {
    return "{'max_tokens':2,'messages':[{'role':'user','content':'" + first + "'}" + more + "]}";
  }

  private static String prefix(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
    return response.headers().firstValue("X-Chord-Prefix").orElse("");
  }

  @Test
  void anAnswerNamesHowItsConversationBegins() {
    try (TestServer served = TestServer.demo(ServerLimits.DEFAULT)) {
      String path = "/v1/chat/completions";
      String more = ",{'role':'assistant','content':'Yes'},{'role':'user','content':'And?'}";
      String first = prefix(served.post(path, chat("Hi", "")));
      assertTrue(first.matches("[0-9a-f]{16}"), first);
      assertEquals(first, prefix(served.post(path, chat("Hi", more))));
      assertEquals(
          first,
          prefix(
              served.post(
                  "/api/chat", chat("Hi", more).replace("'max_tokens':2", "'stream':false"))));
      assertNotEquals(first, prefix(served.post(path, chat("Ho", ""))));
      HttpRequest.Builder named = served.posting(path, chat("Hi", ""));
      assertEquals("talk-7", prefix(served.send(named.header("X-Chord-Prefix", "talk-7"))));
      HttpRequest.Builder odd = served.posting(path, chat("Hi", ""));
      assertEquals(first, prefix(served.send(odd.header("X-Chord-Prefix", "two words"))));
      HttpRequest.Builder health = served.request("/health");
      assertEquals("", prefix(served.send(health)));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void nginxSendsAConversationToOneReplica() throws Exception {
    assumeTrue(Boolean.getBoolean("chord.all"), "nginx is tried by chord test --all");
    assumeTrue(Files.isExecutable(NGINX), "nginx is not installed");
    int port = freePort();
    try (TestServer one = TestServer.demo(ServerLimits.DEFAULT);
        TestServer two = TestServer.demo(ServerLimits.DEFAULT);
        HttpClient client = HttpClient.newHttpClient()) {
      Process nginx = nginx(port, one.port(), two.port());
      try {
        TestServer.await("nginx listens", () -> status(client, port) == 200);
        for (int conversation = 0; conversation < 12; conversation++) {
          double before = one.sum(ASKED);
          for (int turn = 0; turn < 3; turn++) {
            ask(client, port, "talk-" + conversation);
          }
          int all = 3 * (conversation + 1); // an answer is counted after its last byte
          TestServer.await("all are counted", () -> one.sum(ASKED) + two.sum(ASKED) == all);
          double here = one.sum(ASKED) - before;
          assertTrue(here == 0 || here == 3, conversation + ": " + here);
        }
        assertTrue(one.sum(ASKED) > 0 && two.sum(ASKED) > 0, "both have some of them");
        one.server().close();
        for (int conversation = 0; conversation < 12; conversation++) {
          ask(client, port, "talk-" + conversation);
        }
      } finally {
        nginx.destroy();
        assertTrue(nginx.waitFor(10, TimeUnit.SECONDS));
      }
    }
  }

  /** With the file of the documentation, on other ports. */
  private Process nginx(int port, int one, int two) throws IOException {
    String file =
        Files.readString(Path.of(System.getProperty("chord.root"), "docs/nginx-replicas.conf"))
            .replace("127.0.0.1:8080", "127.0.0.1:" + port)
            .replace("127.0.0.1:8081", "127.0.0.1:" + one)
            .replace("127.0.0.1:8082", "127.0.0.1:" + two)
            .replace("pid nginx-chord.pid", "pid " + folder.resolve("pid"));
    Path config = Files.writeString(folder.resolve("nginx.conf"), file);
    return new ProcessBuilder(
            NGINX.toString(), "-c", config.toString(), "-p", folder.toString(), "-g", "daemon off;")
        .inheritIO()
        .start();
  }

  private static int status(HttpClient client, int port) {
    HttpRequest health =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
    try {
      return client.send(health, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // not yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void ask(HttpClient client, int port, String name) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
            .header("X-Chord-Prefix", name)
            .POST(HttpRequest.BodyPublishers.ofString(chat("Hi", "").replace('\'', '"')))
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    assertEquals(name, prefix(response));
    assertTrue(json(response).at("/choices/0/message/content").isTextual(), response.body());
  }
}
