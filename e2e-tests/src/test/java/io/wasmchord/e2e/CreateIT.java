package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.DemoModel;
import io.wasmchord.cli.bench.NpmPackage;
import io.wasmchord.cli.demo.DemoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code npm create wasm-chord} makes is a page that answers. */
class CreateIT extends BrowserTest {
  private static final Path ROOT = Path.of(System.getProperty("chord.root")).toAbsolutePath();
  private static final Path BUILT = ROOT.resolve(Path.of("wasm-web", "target"));
  private static final NpmPackage VITE = new NpmPackage("vite", "8.3.8");
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

  @TempDir private Path folder;

  private static String run(Path in, String... command) throws IOException, InterruptedException {
    Process process = started(in, command);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  private static Process started(Path in, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true);
    builder.environment().put("NO_COLOR", "1");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Assumptions.abort("there is no " + command[0]);
    }
    process.getOutputStream().close();
    return process;
  }

  /** Takes the demo model in place of the catalogue's, as the comment beside it says. */
  private static void changeModel(Path chat) throws IOException {
    Path app = chat.resolve("app.js");
    String script = Files.readString(app);
    String changed =
        script.replace(
            "const MODEL = WasmChord.models[0];", "const MODEL = { source: '/model.gguf' };");
    assertTrue(!changed.equals(script), script);
    Files.writeString(app, changed);
    Files.copy(
        DemoModel.path(), Files.createDirectories(chat.resolve("public")).resolve("model.gguf"));
  }

  private void answers(String address) {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.navigate(address);
      page.locator("#send:enabled").waitFor();
      assertTrue(page.textContent("#status").endsWith("runs in this page."), "threads are there");
      page.fill("#text", "What is the capital of Japan?");
      page.click("#send");
      page.locator("#log .assistant:not(:empty)").waitFor();
      page.locator("#send:enabled").waitFor();
      assertEquals(0, page.locator(".error").count());
    }
  }

  private static String addressIn(BufferedReader said) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        return address.group();
      }
      all.append(line).append('\n');
    }
    throw new AssertionError(all.toString());
  }

  private static Path vite() throws IOException, InterruptedException {
    try {
      return VITE.install().resolve(Path.of("node_modules", "vite", "bin", "vite.js"));
    } catch (IllegalStateException e) {
      return Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
  }

  @Test
  void thePageAnswersInTheDevServer() throws Exception {
    Path vite = vite();
    Path script = BUILT.resolve("create-wasm-chord").resolve("index.js");
    run(folder, "node", script.toString(), "chat");
    Path chat = folder.resolve("chat");
    changeModel(chat);
    SiteVariant.copy(BUILT.resolve("npm"), chat.resolve(Path.of("node_modules", "wasm-chord")));
    Process server = started(chat, "node", vite.toString(), "--host", "127.0.0.1", "--port", "0");
    try (BufferedReader said = server.inputReader()) {
      answers(addressIn(said));
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  /** All of it with npm itself, as a person would. */
  @Test
  void npmCreatesInstallsAndBuilds() throws Exception {
    assumeTrue(Boolean.getBoolean("chord.all"), "npm create is tried whole by chord test --all");
    List<String> files =
        run(
                folder,
                "npm",
                "pack",
                "--silent",
                BUILT.resolve("npm").toString(),
                BUILT.resolve("create-wasm-chord").toString())
            .strip()
            .lines()
            .toList();
    assertEquals(2, files.size(), files.toString());
    String creator = folder.resolve(files.getLast()).toString();
    String module = folder.resolve(files.getFirst()).toString();
    String program = "create-wasm-chord";
    run(
        folder,
        "npm",
        "exec",
        "--yes",
        "--package",
        creator,
        "--",
        program,
        "chat",
        "--module",
        module);
    Path chat = folder.resolve("chat");
    changeModel(chat);
    run(chat, "npm", "install", "--no-audit", "--no-fund");
    run(chat, "npm", "run", "build");
    try (DemoServer built = DemoServer.start(chat.resolve("dist"), 0)) {
      answers("http://127.0.0.1:" + built.port() + "/");
    }
  }
}
