package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code java -jar}: the command line without the launcher. */
class JarIT {
  private static final Path ROOT = Path.of(System.getProperty("chord.root"));

  private static Path jar() throws IOException {
    try (Stream<Path> files =
        Files.list(ROOT.resolve("jvm-host").resolve("cli").resolve("target"))) {
      return files
          .filter(
              file -> file.getFileName().toString().matches("jvm-cli-[0-9.]+(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String run(int code, String... args) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", jar().toString()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(code, process.waitFor(), output);
    return output;
  }

  @Test
  void theJarIsTheCommandLine() throws Exception {
    assertTrue(run(0, "--version").startsWith("wasm-chord "));
    assertTrue(run(0, "run", "--help").startsWith("Usage: chord run"));
    String model = ROOT.resolve("models").resolve("wasm-chord-demo-q4_k_m.gguf").toString();
    String question = "What is the capital of Japan?";
    String answer = run(0, "run", "-m", model, "--chat", "--temp", "0", "-p", question);
    assertTrue(answer.contains("The capital of Japan is Tokyo."), answer);
    assertTrue(answer.startsWith("chord: "), "says that it runs without vectors: " + answer);
    assertTrue(answer.contains("--add-modules jdk.incubator.vector"), answer);
    assertEquals("chord: no model is named; name one with -m FILE", run(1, "tokenize", "x"));
  }
}
