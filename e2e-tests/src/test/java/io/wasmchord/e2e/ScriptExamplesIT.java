package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Route;
import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pages show in JavaScript runs, in one page, with the demo model where none is asked for.
 */
class ScriptExamplesIT extends BrowserTest {
  /** What the examples take for granted; each is given anew, and an example may hide it. */
  private static final String GIVENS =
      """
      async ({ kind }) => {
        const loaded = [];
        const { WasmChord: own } = await import('/wasm-chord/wasm-chord.js');
        const WasmChord = Object.create(own, {
          load: { value: async (...given) => (loaded.push(await own.load(...given)), loaded.at(-1)) },
        });
        const { promptApi } = await import('/wasm-chord/prompt-api.js');
        const url = `/models/${kind}.gguf`;
        const chord = await WasmChord.load(url);
        const messages = [{ role: 'user', content: 'What is the capital of Japan?' }];
        const parameters = { type: 'object', properties: { place: { type: 'string' } } };
        const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
        const run = async () => 'rain';
        const file = new Blob(['int put(int a) { return put(a); }']);
        const report = 'It rained. It rained. It';
        try {
          {
            // BODY
          }
          return 'ran';
        } catch (e) {
          return `${e.code ?? ''} ${e.stack}`;
        } finally {
          for (const chord of loaded) await chord.dispose();
        }
      }
      """;

  @TempDir Path folder;

  /** The README's page imports what this one has. Configurations are no scripts of a page. */
  static List<DocExample> examples() {
    return DocExample.in("js").stream()
        .filter(example -> !example.text().contains("export default"))
        .map(example ->
            new DocExample(
                example.place(),
                example.language(),
                example.text().replaceAll("(?m)^import .*", "")))
        .toList();
  }

  /** The kind of model that an example asks. */
  private static String kind(DocExample example) {
    if (example.text().contains("chord.embeddings")) {
      return "encoder";
    }
    return example.text().contains("chord.rerank") ? "reranker" : "model";
  }

  private void serve(EnginePage page) throws IOException {
    Path model = DemoModel.withTools().write(folder.resolve("model.gguf"));
    Path adapter = folder.resolve("adapter.gguf");
    JavaExamplesIT.adapter(adapter);
    Path predicts = folder.resolve("predicts.gguf");
    Map<String, Path> files =
        Map.of(
            "predicts", TinyFiles.file("qwen35 with a block that predicts on", 512).write(predicts),
            "model", model,
            "base", model,
            "polite", adapter,
            "pirate", adapter,
            "encoder", TinyFiles.encoder("bert").write(folder.resolve("encoder.gguf")),
            "reranker", TinyFiles.classifier("bert, ranks").write(folder.resolve("reranker.gguf")));
    files.forEach((name, file) ->
        page.page()
            .context()
            .route(
                "**/" + name + ".gguf",
                route ->
                    route.fulfill(
                        new Route.FulfillOptions()
                            .setPath(file)
                            .setHeaders(Map.of("Access-Control-Allow-Origin", "*")))));
    page.page()
        .context()
        .route(
            "**/chord/**", // the assets of docs/bundlers.md
            route -> {
              String address = route.request().url();
              route.resume(
                  new Route.ResumeOptions().setUrl(address.replace("/chord/", "/wasm-chord/")));
            });
    page.page()
        .context()
        .route(
            "**/weather?*",
            route -> route.fulfill(new Route.FulfillOptions().setBody("{\"sky\": \"rain\"}")));
  }

  @Test
  void run() throws IOException {
    List<String> failed = new ArrayList<>();
    try (EnginePage page = new EnginePage(chromium, site)) {
      serve(page);
      for (DocExample example : examples()) {
        Object said =
            page.evaluate(GIVENS.replace("// BODY", example.text()), Map.of("kind", kind(example)));
        if (!said.equals("ran")) {
          failed.add(example + ": " + said);
        }
      }
    }
    assertEquals(List.of(), failed);
  }
}
