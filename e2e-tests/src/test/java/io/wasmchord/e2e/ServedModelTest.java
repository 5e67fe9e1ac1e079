package io.wasmchord.e2e;

import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.e2e.FaultServer.Served;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
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
      const kept = async () => {
        const root = await navigator.storage.getDirectory();
        const texts = [];
        for await (const [name, folder] of root.entries()) {
          for await (const [file, handle] of folder.entries()) {
            texts.push(`${name}/${file} ${file.endsWith('.log') ? await (await handle.getFile()).text() : ''}`);
          }
        }
        return texts;
      };
      const leave = async (url) => {
        const { folder, keyOf } = await import('/wasm-chord/storage/store.js');
        const out = await (await (await folder(true)).getFileHandle(`${await keyOf(url)}.log`, { create: true })).createWritable();
        await out.write(JSON.stringify({ url, name: 'left.gguf', created: 1 }));
        await out.close();
      };
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

  /**
   * Serves the first files of the demo's model in {@code parts} files.
   *
   * @param named how many there are by their names
   */
  List<Served> split(String name, int parts, int named) {
    List<byte[]> files =
        SplitFiles.cut(GgufReader.parse(HeapMemory.wrap(demo), demo.length, "demo"), demo, parts);
    List<Served> served = new ArrayList<>();
    for (int i = 0; i < Math.min(parts, named); i++) {
      String file = "%s-%05d-of-%05d.gguf".formatted(name, i + 1, named);
      served.add(server.add(file, files.get(i), Map.of(), i));
    }
    return served;
  }

  /** The demo's model of several chunks. */
  static byte[] large() {
    return DemoModel.halves().toArray();
  }

  /** Runs the body of an asynchronous function, which knows {@code given} and the helpers. */
  static Object run(EnginePage page, String body, Map<String, ?> arguments) {
    return page.evaluate("async (given) => {" + HELPERS + body + "}", arguments);
  }

  Object run(String body, Map<String, ?> arguments) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return run(page, body, arguments);
    }
  }
}
