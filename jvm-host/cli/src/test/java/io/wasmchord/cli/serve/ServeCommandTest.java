package io.wasmchord.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.jvm.FileException;
import io.wasmchord.server.ChordServer;
import io.wasmchord.server.ServerOptions;
import io.wasmchord.server.models.ModelSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code chord serve} refuses before it serves, and what it calls models. */
class ServeCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "models/tiny.gguf, tiny",
    "tiny, tiny",
    "hf:owner/repository/tiny-q4_k_m.gguf@main, tiny-q4_k_m",
    "https://example.org/a/tiny.gguf?download=true, tiny",
    "big-00001-of-00003.gguf, big"
  })
  void modelsAreCalledAsTheirFiles(String address, String name) {
    assertEquals(name, ServedModels.name(address));
  }

  private static void refused(String reason, String... args) {
    CliOutput output = CliOutput.of(args);
    assertEquals(1, output.code(), output.err());
    assertTrue(output.err().contains(reason), output.err());
  }

  @Test
  void whatCannotBeServedIsRefused() throws IOException {
    refused("--name is NAME=FILE", "serve", "--name", "tiny");
    refused("two models are called 'a'", "serve", "-m", "a.gguf", "--name", "a=b.gguf");
    refused("give an API key, or --open", "serve", "-m", "a.gguf", "--host", "0.0.0.0");
    refused("parallel is 0", "serve", "-m", "a.gguf", "--parallel", "0");
    Path page = Files.writeString(folder.resolve("page.gguf"), "<!doctype html>");
    refused("a GGUF file has at least", "serve", "--port", "0", "-m", page.toString());
    refused("name one model", "run", "-m", "a.gguf", "-m", "b.gguf", "-p", "x");
  }

  @Test
  void thePageIsBesideTheEndpoints() throws Exception {
    Files.writeString(folder.resolve("index.html"), "the page");
    ModelSource unread = new ModelSource("tiny", () -> 1, () -> null);
    try (ChordServer server =
            ChordServer.start(List.of(unread), ServerOptions.local(0), DemoServer.page(folder));
        HttpClient client = HttpClient.newHttpClient()) {
      String address = "http://127.0.0.1:" + server.port();
      HttpResponse<String> page = get(client, address + "/");
      assertEquals("the page", page.body());
      assertEquals("require-corp", page.headers().firstValue("Cross-Origin-Embedder-Policy").get());
      assertEquals("same-origin", page.headers().firstValue("Cross-Origin-Opener-Policy").get());
      assertTrue(get(client, address + "/v1/models").body().contains("tiny"));
      assertEquals("{\"status\": \"ok\"}", get(client, address + "/health").body());
      HttpResponse<String> none = get(client, address + "/v1/none");
      assertEquals(404, none.statusCode());
      assertTrue(none.body().contains("not_found"), none.body());
    }
    assertThrows(FileException.class, () -> DemoServer.page(folder.resolve("absent")));
  }

  private static HttpResponse<String> get(HttpClient client, String address) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
  }
}
