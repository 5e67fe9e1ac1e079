package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.bench.NpmPackage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.TinyFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * npm's own clients talk to the engine in a page, through the package's entries for them, under the
 * site's policy, which allows little. A bundler finds both as an application's would; what npm
 * cannot bring is skipped.
 */
class NpmClientsIT extends BrowserTest {
  private static final NpmPackage ESBUILD = new NpmPackage("esbuild", "0.28.2");
  private static final Path ROOT = Path.of(System.getProperty("chord.root")).toAbsolutePath();

  /** Loads the models, gives them to the client's script, and lets them go. */
  private static final String RUN =
      """
      async ({ client, urls }) => {
        const engines = {};
        try {
          for (const [name, url] of Object.entries(urls)) {
            engines[name] = await WasmChord.load(url, { threads: 1 });
          }
          const again = async (options) => (engines.again = await WasmChord.load(urls.demo, { threads: 1, cache: false, ...options }));
          const { run } = await import(`/clients/${client}`);
          return await run({ ...engines, again });
        } finally {
          for (const engine of Object.values(engines)) await engine.dispose();
        }
      }
      """;

  @TempDir Path folder;

  private static Path modules(NpmPackage wanted) throws IOException, InterruptedException {
    try {
      return wanted.install().resolve("node_modules");
    } catch (IllegalStateException e) {
      return Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
  }

  /** Bundles the client's script with what npm has of these names. */
  private Path bundled(String client, NpmPackage... packages) throws Exception {
    return bundled(client, List.of(), packages);
  }

  /** The same, with options of the bundler's. */
  private Path bundled(String client, List<String> options, NpmPackage... packages)
      throws Exception {
    Path installed = Files.createDirectories(folder.resolve("node_modules"));
    SiteVariant.copy(
        ROOT.resolve(Path.of("wasm-web", "target", "npm")), installed.resolve("wasm-chord"));
    StringBuilder path = new StringBuilder(installed.toString());
    for (NpmPackage one : packages) {
      path.append(File.pathSeparator).append(modules(one));
    }
    Path script = ROOT.resolve(Path.of("e2e-tests", "src", "test", "clients", client + ".js"));
    Path bundle = folder.resolve(client + ".js");
    Path esbuild = modules(ESBUILD).resolve(Path.of("esbuild", "bin", "esbuild"));
    List<String> command =
        new ArrayList<>(List.of("node", esbuild.toString(), script.toString(), "--bundle"));
    command.addAll(List.of("--format=esm", "--log-level=error", "--outfile=" + bundle));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("NODE_PATH", path.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return bundle;
  }

  private void hears(List<String> expected, String client, NpmPackage... packages)
      throws Exception {
    Map<String, Path> files =
        Map.of(
            "demo", DemoModel.path(),
            "caller", ToolCallIT.caller(true).write(folder.resolve("caller.gguf")),
            "encoder", TinyFiles.encoder("bert").write(folder.resolve("encoder.gguf")),
            "reranker", TinyFiles.classifier("bert, ranks").write(folder.resolve("reranker.gguf")));
    hears(expected, files, bundled(client, packages));
  }

  /** What a bundled client says, which is given these models. */
  private void hears(List<String> expected, Map<String, Path> files, Path bundle) {
    Map<String, String> urls = new HashMap<>();
    files.forEach((name, file) -> urls.put(name, models.add(file, Behaviour.RANGES)));
    try (EnginePage open = new EnginePage(chromium, site)) {
      Page page = open.page();
      page.context()
          .route(
              "**/clients/*.js",
              route -> route.fulfill(new Route.FulfillOptions().setPath(bundle)));
      String client = bundle.getFileName().toString();
      Object said = open.evaluate(RUN, Map.of("client", client, "urls", urls));
      assertEquals(String.join("\n", expected), said);
      assertEquals(
          List.of(), open.problems().stream().filter(p -> p.contains("Security Policy")).toList());
    }
  }

  @Test
  void openAisClientTalksToTheEngine() throws Exception {
    hears(
        List.of(
            "The capital of Japan is Tokyo.",
            "true",
            "The capital of Japan is Tokyo.",
            "true",
            "Tokyo",
            "length",
            "It rains.",
            "true",
            "1",
            "demo,reranker",
            "wasm-chord",
            "1",
            "NotFoundError 404 invalid_request_error model_not_found model",
            "BadRequestError 400 invalid_request_error invalid_request temperature",
            "BadRequestError 400 invalid_request_error embedding_only null",
            "NotFoundError 404 invalid_request_error not_found null",
            "true",
            "APIUserAbortError",
            "true"),
        "openai",
        new NpmPackage("openai", "7.59.0"));
  }

  @Test
  void theAiSdkTalksToTheEngine() throws Exception {
    hears(
        List.of(
            "The capital of Japan is Tokyo.",
            "stop",
            "true",
            "0",
            "The capital of Japan is Tokyo.",
            "true",
            "stop",
            "true",
            "Tokyo",
            "It rains.",
            "2",
            "Hm",
            "wet in Kölné",
            "It rains.",
            "start start-step reasoning-start reasoning-delta reasoning-end text-start text-delta text-end tool-input-start tool-input-delta"
                + " tool-input-end tool-call tool-result finish-step start-step text-start text-delta text-end finish-step finish",
            "true",
            "true",
            "1",
            "AbortError",
            "embedding_only",
            "true"),
        "ai-sdk",
        new NpmPackage("ai", "6.0.326"));
  }

  @Test
  void langChainTalksToTheEngine() throws Exception {
    hears(
        List.of(
            "The capital of Japan is Tokyo.",
            "stop",
            "true",
            "The capital of Japan is Tokyo.",
            "true",
            "true",
            "stop",
            "The capital of Japan is Tokyo.",
            "Tokyo",
            "Tokyo",
            "true",
            "weather",
            "wet in Kölné",
            "true",
            "Hm",
            "It rains.",
            "true",
            "string",
            "true",
            "true",
            "0",
            "AbortError",
            "invalid_request",
            "invalid_request",
            "string",
            "true"),
        "langchain",
        new NpmPackage("@langchain/core", "1.4.0"));
  }

  @Test
  void reactsHookLoadsAndChats() throws Exception {
    List<String> expected =
        List.of(
            "busy",
            "idle,loading,ready",
            "true",
            "The capital of Japan is Tokyo.",
            "What is the capital of Japan?|The capital of Japan is Tokyo.",
            "answering",
            "busy",
            "true",
            "invalid_request",
            "4",
            "http_error",
            "disposed");
    NpmPackage react = new NpmPackage("react", "19.3.1");
    List<String> one = List.of("--alias:react=" + modules(react).resolve("react"));
    NpmPackage dom = new NpmPackage("react-dom", "19.3.1"); // npm brings it a react of its own
    hears(expected, Map.of(), bundled("react", one, react, dom));
  }

  @Test
  void pagesForThePromptApiTalkToTheEngine() throws Exception {
    hears(
        List.of(
            "downloadable",
            "unavailable",
            "available",
            "1",
            "true",
            "The capital of Japan is Tokyo.",
            "true",
            "true",
            "1",
            "true",
            "2",
            "true",
            "true",
            "NotSupportedError",
            "NotSupportedError",
            "AbortError",
            "y",
            "InvalidStateError",
            "See:It rains.",
            "TypeError",
            "downloadable"),
        "prompt-api");
  }
}
