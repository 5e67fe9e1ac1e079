package io.wasmchord.web.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module as it is shipped: no policy and no bundler stumbles over it. */
class ShippedFilesTest {
  private static final Path FOLDER = Path.of("target", "npm");

  /** What needs 'unsafe-eval', is unknown to a bundler, or cannot be found by one. */
  private static final List<Pattern> REFUSED =
      List.of(
          Pattern.compile("\\bFunction\\s*\\("),
          Pattern.compile("\\beval\\s*\\("),
          Pattern.compile("\\bset(Timeout|Interval)\\s*\\(\\s*['\"`]"),
          Pattern.compile("\\bimport\\s*\\((?!['\"][./\\w-]+['\"]\\))"),
          Pattern.compile("['\"]node:"),
          Pattern.compile("new URL\\((?!'\\./[\\w-]+\\.(js|wasm)'), *[^)]*import\\.meta\\.url"),
          Pattern.compile("importScripts|document\\.write|innerHTML"));

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
    }
  }

  @Test
  void nothingNeedsUnsafeEvalOrConfuses() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : scripts()) {
      String text = withoutComments(Files.readString(file));
      for (Pattern refused : REFUSED) {
        refused.matcher(text).results().forEach(hit -> found.add(file + ": " + hit.group()));
      }
    }
    assertEquals(List.of(), found);
  }

  private static String withoutComments(String script) {
    return script.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)(^|\\s)//.*$", "");
  }

  @Test
  void everyAddressAndImportIsAFileThatIsShipped() throws IOException {
    Pattern name = Pattern.compile("(?:from |import |new URL\\()'\\./([\\w-]+\\.\\w+)'");
    Set<String> named = new TreeSet<>();
    for (Path file : scripts()) {
      name.matcher(Files.readString(file)).results().forEach(hit -> named.add(hit.group(1)));
    }
    Set<String> missing =
        named.stream()
            .filter(file -> !Files.exists(FOLDER.resolve(file)))
            .collect(Collectors.toSet());
    assertEquals(Set.of(), missing);
    assertTrue(named.contains("wasm-chord.wasm") && named.contains("worker.js"), "of " + named);
  }

  @Test
  void workersStartNoWorkers() throws IOException {
    Pattern imports = Pattern.compile("from '\\./([\\w-]+\\.js)'");
    for (Path script :
        scripts().stream().filter(f -> f.toString().endsWith("worker.js")).toList()) {
      Set<String> reached = new TreeSet<>();
      List<String> next = new ArrayList<>(List.of(script.getFileName().toString()));
      while (!next.isEmpty()) {
        String file = next.removeLast();
        if (reached.add(file)) {
          imports
              .matcher(Files.readString(FOLDER.resolve(file)))
              .results()
              .forEach(hit -> next.add(hit.group(1)));
        }
      }
      assertFalse(reached.contains("workers.js"), script + " would be bundled into itself");
    }
  }

  @Test
  void thereIsOneEngine() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertEquals(
          List.of("wasm-chord.wasm"),
          files
              .map(file -> file.getFileName().toString())
              .filter(f -> f.endsWith(".wasm"))
              .toList());
    }
  }
}
