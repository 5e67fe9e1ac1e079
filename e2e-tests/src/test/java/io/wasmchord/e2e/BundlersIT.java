package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Production builds of bundlers run in Chromium, under the site's policy. npm fetches the bundlers;
 * without it, or without a network, the tests are skipped.
 */
class BundlersIT extends BrowserTest {
  private static final Path ROOT = Path.of(System.getProperty("chord.root")).toAbsolutePath();
  private static final Path FIXTURES =
      ROOT.resolve(Path.of("e2e-tests", "src", "test", "bundlers"));
  private static final long LIMIT_SECONDS = 300;

  /** Those that are tried each time; esbuild bundles the clients of {@link NpmClientsIT}. */
  private static final Set<String> FEW = Set.of("vite", "webpack");

  @TempDir private Path folder;

  private record Ended(int status, String output) {
    String lastLine() {
      return output.strip().lines().toList().getLast();
    }
  }

  /** Runs npm in the folder; status -1 where there is none, or it does not end. */
  private Ended npm(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("npm"));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("chord-npm", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      return new Ended(ended ? process.exitValue() : -1, Files.readString(log));
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    } finally {
      Files.delete(log);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vite", "webpack", "vite7", "rollup", "esbuild"})
  void aProductionBuildAnswers(String bundler) throws Exception {
    assumeTrue(
        FEW.contains(bundler) || Boolean.getBoolean("chord.all"),
        bundler + " is tried by chord test --all");
    copy(FIXTURES, folder);
    copy(FIXTURES.resolve(bundler), folder);
    build();
    assertEquals("The capital of Japan is Tokyo. true relaxed-simd true", answer());
  }

  private void build() throws IOException, InterruptedException {
    String module = ROOT.resolve(Path.of("wasm-web", "target", "npm")).toString();
    Ended packed = npm("pack", module);
    assumeTrue(packed.status == 0, "no npm: " + packed.output);
    Files.move(folder.resolve(packed.lastLine()), folder.resolve("wasm-chord.tgz"));
    Ended installed = npm("install", "--no-audit", "--no-fund", "--silent");
    assumeTrue(installed.status == 0, "npm cannot install: " + installed.output);
    Ended built = npm("run", "build");
    assertEquals(0, built.status, built.output);
  }

  /** The client component of docs/npm.md; Next's own pages need more than our policy allows. */
  @Test
  void aClientComponentOfNextAnswers() throws Exception {
    assumeTrue(Boolean.getBoolean("chord.all"), "Next.js is tried by chord test --all");
    SiteVariant.copy(FIXTURES.resolve("next"), folder);
    String component = DocExample.in("jsx").getFirst().text();
    Files.writeString(
        folder.resolve(Path.of("app", "page.jsx")),
        component.replace("/models/model.gguf", "/models/wasm-chord-demo-q4_k_m.gguf"));
    build();
    Map<String, Path> models = Map.of("/models", EnginePage.site().resolve("models"));
    try (DemoServer server =
            DemoServer.startWithoutPolicy(folder.resolve("dist").toAbsolutePath(), 0, models);
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.navigate("http://127.0.0.1:" + server.port() + "/");
      page.locator("[role=status]:text-is('ready')").waitFor();
      page.fill("input", "What is the capital of Japan?");
      page.click("button");
      page.locator("p.assistant:has-text('.')").waitFor();
    }
  }

  /** What npm would publish, from a dry run. */
  @Test
  void thePackageHoldsTheWholeModuleAndNoMore() throws Exception {
    Path module = ROOT.resolve(Path.of("wasm-web", "target", "npm"));
    Ended packed = npm("pack", "--dry-run", "--json", "--silent", module.toString());
    assumeTrue(packed.status == 0, "no npm: " + packed.output);
    JsonNode told = new ObjectMapper().readTree(packed.output).get(0);
    Set<String> published = new TreeSet<>();
    told.get("files").forEach(file -> published.add(file.get("path").asText()));
    Set<String> built = new TreeSet<>();
    try (Stream<Path> files = Files.walk(module)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> built.add(module.relativize(file).toString()));
    }
    assertEquals(built, published);
    assertTrue(built.containsAll(List.of("LICENSE", "NOTICE", "wasm-chord.wasm")));
    JsonNode described = new ObjectMapper().readTree(module.resolve("package.json").toFile());
    assertEquals("Apache-2.0", described.get("license").asText());
    String pom = Files.readString(ROOT.resolve("pom.xml"));
    String version = told.get("version").asText();
    assertTrue(pom.contains("<version>" + version + "</version>"), version);
    Set<String> entries = new TreeSet<>();
    described
        .get("exports")
        .forEach(entry -> entries.add(entry.path("default").asText(entry.asText())));
    for (String entry : entries) {
      assertTrue(Files.isRegularFile(module.resolve(entry)), entry);
      assertEquals(1, entry.chars().filter(c -> c == '/').count(), entry + " is an inner file");
    }
  }

  /** What the built page says; its model is the demo's. */
  private String answer() {
    Map<String, Path> models = Map.of("/models", EnginePage.site().resolve("models"));
    try (DemoServer server = DemoServer.start(folder.resolve("dist").toAbsolutePath(), 0, models);
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.navigate("http://127.0.0.1:" + server.port() + "/");
      page.locator("#answer:not(:empty)").waitFor();
      return page.textContent("#answer");
    }
  }
}
