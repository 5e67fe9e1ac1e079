package io.wasmchord.e2e;

import io.wasmchord.DemoModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Loads the demo's model from a server of faults and asks it. */
abstract class ServedModelTest extends BrowserTest {
  static final int CHUNK = 4 << 20;
  static final String TOKYO = "The capital of Japan is Tokyo.";
  private static final String HELPERS =
      """
      const attempt = async (f) => { try { return await f(); } catch (e) { return e.code + ': ' + e.message; } };
      const question = { messages: [{ role: 'user', content: 'What is the capital of Japan?' }], temperature: 0 };
      const answer = async (source, options) => {
        const chord = await WasmChord.load(source, options);
        const { choices: [{ message }] } = await chord.chat.completions.create(question);
        const info = chord.modelInfo();
        await chord.dispose();
        return [message.content, info.cache.stored, info.cache.sha256?.length ?? 0].join('|');
      };
      """;

  protected FaultServer server;
  protected byte[] demo;

  @BeforeAll
  void serve() throws IOException {
    server = new FaultServer();
    demo = Files.readAllBytes(DemoModel.path());
  }

  @AfterAll
  void end() {
    server.close();
  }

  /** The demo's model of several chunks. */
  static byte[] large() {
    return DemoModel.halves().toArray();
  }

  /** Runs the body of an asynchronous function, which knows {@code given}, attempt and answer. */
  static Object run(EnginePage page, String body, Map<String, ?> arguments) {
    return page.evaluate("async (given) => {" + HELPERS + body + "}", arguments);
  }

  Object run(String body, Map<String, ?> arguments) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return run(page, body, arguments);
    }
  }
}
