package io.wasmchord.web.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
          Pattern.compile(
              "new URL\\((?!'\\.\\.?/[\\w/-]+\\.(js|wasm)'), *[^)]*import\\.meta\\.url"),
          Pattern.compile("importScripts|document\\.write|innerHTML"));

  /** Of Node.js, which knows no such policy; no browser loads them. */
  private static final Set<String> OF_NODE = Set.of("node.js", "node-worker.js");

  private static List<Path> ofBrowsers() throws IOException {
    return scripts().stream()
        .filter(file -> !OF_NODE.contains(file.getFileName().toString()))
        .toList();
  }

  private static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
    }
  }

  @Test
  void nothingNeedsUnsafeEvalOrConfuses() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : ofBrowsers()) {
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

  /** What a script names with these words, as paths in the module's folder. */
  private static Set<Path> named(Path script, Pattern words) throws IOException {
    return words
        .matcher(Files.readString(script))
        .results()
        .map(hit -> FOLDER.relativize(script.resolveSibling(hit.group(1)).normalize()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyAddressAndImportIsAFileThatIsShipped() throws IOException {
    Pattern name = Pattern.compile("(?:from |import |new URL\\()'(\\.[\\w./-]+\\.\\w+)'");
    Set<Path> named = new TreeSet<>();
    for (Path file : scripts()) {
      named.addAll(named(file, name));
    }
    Set<Path> missing =
        named.stream()
            .filter(file -> !Files.exists(FOLDER.resolve(file)))
            .collect(Collectors.toSet());
    assertEquals(Set.of(), missing);
    assertTrue(
        named.containsAll(List.of(Path.of("wasm-chord.wasm"), Path.of("worker.js"))),
        "of " + named);
  }

  @Test
  void workersStartNoWorkers() throws IOException {
    Pattern imports = Pattern.compile("from '(\\.[\\w./-]+\\.js)'");
    Path starter = Path.of("threads", "workers.js");
    assertTrue(Files.exists(FOLDER.resolve(starter)));
    for (Path script :
        ofBrowsers().stream().filter(f -> f.toString().endsWith("worker.js")).toList()) {
      Set<Path> reached = new TreeSet<>();
      List<Path> next = new ArrayList<>(List.of(FOLDER.relativize(script)));
      while (!next.isEmpty()) {
        Path file = next.removeLast();
        if (reached.add(file)) {
          next.addAll(named(FOLDER.resolve(file), imports));
        }
      }
      assertTrue(reached.size() > 1, script + " imports nothing");
      assertFalse(reached.contains(starter), script + " would be bundled into itself");
    }
  }

  /** Each folder of scripts is a room that knows only rooms below it. */
  @Test
  void noTwoRoomsKnowEachOther() throws IOException {
    Pattern imports = Pattern.compile("from '(\\.[\\w./-]+\\.js)'");
    Map<Path, Set<Path>> known = new TreeMap<>();
    for (Path script : scripts()) {
      Path room = FOLDER.relativize(script).getParent();
      if (room != null) {
        Set<Path> others = known.computeIfAbsent(room, _ -> new TreeSet<>());
        named(script, imports).stream()
            .map(Path::getParent)
            .filter(other -> other != null && !other.equals(room))
            .forEach(others::add);
      }
    }
    assertTrue(known.size() > 1, "of " + known);
    while (known.values().removeIf(Set::isEmpty)) {
      known.values().forEach(others -> others.retainAll(known.keySet()));
    }
    assertEquals(Map.of(), known, "rooms in a circle, or above one");
  }

  @Test
  void thereIsOneEngine() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      assertEquals(
          List.of("wasm-chord.wasm"),
          files
              .map(file -> FOLDER.relativize(file).toString())
              .filter(f -> f.endsWith(".wasm"))
              .toList());
    }
  }
}
