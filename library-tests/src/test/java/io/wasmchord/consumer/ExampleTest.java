package io.wasmchord.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the documentation shows is what compiles and runs. */
class ExampleTest {
  private static final Path ROOT = Path.of(System.getProperty("chord.root"));
  private static final Path SOURCE =
      Path.of("library-tests/src/test/java/io/wasmchord/consumer/Example.java");
  private static final Path LIBRARY =
      Path.of("jvm-host/runtime/src/main/java/io/wasmchord/jvm/LoadedModel.java");

  /** Lines without what stands before them, of a comment too. */
  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(ROOT.resolve(file)).stream()
        .map(line -> line.replaceFirst("^\\s*(\\* ?)?\\s*", ""))
        .toList();
  }

  private static List<String> example() throws IOException {
    List<String> all = lines(SOURCE);
    return all.subList(
        all.indexOf("// the example begins") + 1, all.indexOf("// the example ends"));
  }

  @Test
  void theDocumentationShowsWhatCompiles() throws IOException {
    String example = String.join("\n", example());
    assertFalse(example.isBlank());
    for (Path shown : List.of(Path.of("README.md"), LIBRARY)) {
      assertTrue(String.join("\n", lines(shown)).contains(example), shown + " shows it otherwise");
    }
  }

  @Test
  void itRunsAndEndsWhereItIsTold() {
    String demo = ROOT.resolve("models/wasm-chord-demo-q4_k_m.gguf").toString();
    StringBuilder text = new StringBuilder();
    Example.run(demo, piece -> text.append(piece).length() < 20);
    assertTrue(text.length() >= 20, text.toString());
    StringBuilder again = new StringBuilder();
    Example.run(demo, piece -> again.append(piece).length() < 20);
    assertEquals(text.toString(), again.toString());
  }
}
