package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.session.GreedyLogits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Another engine than Chromium's gives the same bits, and its users the same page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirefoxIT {
  private static final String MODEL = "wasm-chord-demo-q4_k_m.gguf";
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};

  /** Waits for a condition of the page, by its frames. */
  private static final String UNTIL =
      "const until = async (f) => { while (!f()) await new Promise((r) => setTimeout(r, 20)); };";

  private DemoServer conformance;
  private DemoServer site;
  private Firefox firefox;

  @BeforeAll
  void start() throws IOException {
    firefox = Firefox.start().orElse(null);
    Assumptions.assumeTrue(
        firefox != null, "no Firefox: install one or name it with CHORD_FIREFOX");
    Path root = Path.of(System.getProperty("chord.root"));
    conformance = DemoServer.start(root.resolve("e2e-tests/target/conformance"), 0);
    site = DemoServer.start(EnginePage.site(), 0);
  }

  @AfterAll
  void stop() throws IOException {
    if (firefox != null) {
      firefox.close();
      site.close();
      conformance.close();
    }
  }

  private String address(DemoServer server) {
    return "http://127.0.0.1:" + server.port();
  }

  @TestFactory
  Stream<DynamicContainer> everyCaseGivesTheRecordedBits() {
    return Stream.of(on("scalar", 1), on("simd128", 2), on("relaxed", 1), on("relaxed", 3))
        .map(BrowserConformance::tests);
  }

  private BrowserConformance on(String backend, int threads) {
    return new BrowserConformance(this::conformance, "Firefox", backend, threads);
  }

  private String conformance(Map<String, ?> what) {
    try {
      firefox.open(address(conformance) + "/index.html");
      return firefox.evaluate("(what) => conformance(what)", what).textValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void thePageAnswersAndKeepsTheModel() throws IOException {
    for (int visit = 1; visit <= 2; visit++) {
      firefox.open(address(site) + "/");
      JsonNode seen =
          firefox.evaluate(
              "async (question) => {"
                  + UNTIL
                  + """
                    await until(() => ['ready', 'empty'].includes(document.body.dataset.state));
                    document.querySelector('#composer-input').value = question;
                    document.querySelector('#composer').requestSubmit();
                    await until(() => document.body.dataset.state === 'ready' && document.querySelector('#stats').textContent.includes('tokens/s'));
                    const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
                    return { text: document.querySelector('#conversation').innerText, info: document.querySelector('#model-info').textContent,
                      kept: (await WasmChord.cache.list()).filter((m) => m.complete).length };
                  }
                  """,
              "What is the capital of Japan?");
      assertEquals(
          true,
          seen.get("text").textValue().contains("The capital of Japan is Tokyo."),
          seen.toString());
      assertEquals(true, seen.get("info").textValue().contains("2 threads"), seen.toString());
      assertEquals(1, seen.get("kept").intValue());
    }
  }

  @Test
  void logitsAreTheBitsOfTheJvm() throws IOException {
    firefox.open(address(site) + "/?model=none");
    JsonNode result =
        firefox.evaluate(
            """
            async ({ url, tokens }) => {
              const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
              const chord = await WasmChord.load(url, { threads: 2 });
              const { data, greedy } = await chord.logits(tokens, { positions: 'all', greedy: 8 });
              await chord.dispose();
              return { greedy, bits: [...new Int32Array(data.buffer, data.byteOffset, data.length)] };
            }
            """,
            Map.of("url", "/models/" + MODEL, "tokens", PROMPT));
    Path file = Path.of(System.getProperty("chord.root"), "models", MODEL);
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      int[][] rows = {new int[0]};
      int[] greedy =
          GreedyLogits.compute(
              loaded.model(),
              PROMPT,
              8,
              (position, logits) -> {
                int at = rows[0].length;
                rows[0] = Arrays.copyOf(rows[0], at + logits.length);
                for (int i = 0; i < logits.length; i++) {
                  rows[0][at + i] = Float.floatToRawIntBits(logits[i]);
                }
              });
      assertArrayEquals(greedy, ints(result.get("greedy")));
      assertArrayEquals(rows[0], ints(result.get("bits")));
    }
  }

  private static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    Arrays.setAll(values, i -> list.get(i).intValue());
    return values;
  }
}
