package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.DemoModel;
import io.wasmchord.cli.bench.NpmPackage;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.server.ChordServer;
import io.wasmchord.server.ServerOptions;
import io.wasmchord.server.models.ModelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's client for JavaScript asks {@code chord serve}. */
class ServerClientsIT {
  private static final NpmPackage OPENAI = new NpmPackage("openai", "7.59.0");

  private static final String SCRIPT =
      """
      import OpenAI from 'CLIENT';
      const client = new OpenAI({ baseURL: 'ADDRESS', apiKey: 'key', maxRetries: 0 });
      const messages = [{ role: 'user', content: 'What is the capital of Japan?' }];
      const ask = { model: 'demo', messages, temperature: 0 };
      console.log((await client.chat.completions.create(ask)).choices[0].message.content);
      let streamed = '';
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
        streamed += chunk.choices[0]?.delta.content ?? '';
      }
      console.log(streamed);
      const input = messages[0].content;
      const response = await client.responses.create({ model: 'demo', input, temperature: 0 });
      console.log(response.output_text);
      let events = '';
      for await (const event of client.responses.stream({ model: 'demo', input, temperature: 0 })) {
        events += event.type === 'response.output_text.delta' ? event.delta : '';
      }
      console.log(events);
      const vectors = await client.embeddings.create({ model: 'demo', input: ['a', 'b'] });
      console.log(vectors.data.length, vectors.data[0].embedding.length > 8);
      const leaving = await client.chat.completions.create({ ...ask, stream: true });
      for await (const chunk of leaving) {
        leaving.controller.abort();
      }
      console.log((await client.models.list()).data.map(model => model.id).join());
      console.log(await client.chat.completions.create({ ...ask, model: 'other' }).catch(e => e.status));
      """;

  @TempDir Path folder;

  private static Path client() throws IOException, InterruptedException {
    try {
      return OPENAI.install().resolve("node_modules/openai/index.mjs");
    } catch (IllegalStateException e) {
      return Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
  }

  @Test
  void openAisClientAsksAndHears() throws Exception {
    ModelSource demo = new ModelSource("demo", () -> LoadedModel.builder(DemoModel.path()).load());
    String script = SCRIPT.replace("CLIENT", client().toUri().toString());
    try (ChordServer server =
        ChordServer.start(List.of(demo), ServerOptions.local(0).withKeys(Set.of("key")))) {
      Path file =
          Files.writeString(
              folder.resolve("client.mjs"),
              script.replace("ADDRESS", "http://127.0.0.1:" + server.port() + "/v1"));
      Process node = new ProcessBuilder("node", file.toString()).redirectErrorStream(true).start();
      String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String answer = "The capital of Japan is Tokyo.\n";
      assertEquals(answer.repeat(4) + "2 true\ndemo\n404\n", said);
      assertEquals(0, node.waitFor());
    }
  }
}
