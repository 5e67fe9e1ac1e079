package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.bench.NpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All scripts of the repository, as a linter sees them; biome.json has its rules. */
class LintIT {
  private static final NpmPackage BIOME = new NpmPackage("@biomejs/biome", "2.6.8");
  private static final Path ROOT = Path.of(System.getProperty("chord.root")).toAbsolutePath();

  @TempDir Path folder;

  private record Ended(int status, String output) {}

  private static Ended lint(Path... paths) throws IOException, InterruptedException {
    Path program = Path.of("node_modules", BIOME.name(), "bin", "biome");
    List<String> command = new ArrayList<>();
    try {
      command.addAll(List.of("node", BIOME.install().resolve(program).toString()));
    } catch (IllegalStateException e) {
      Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
    command.addAll(List.of("lint", "--error-on-warnings", "--colors=off"));
    command.add("--config-path=" + ROOT.resolve("biome.json"));
    for (Path path : paths) {
      command.add(path.toString());
    }
    Process process =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  @Test
  void allScriptsAreInOrder() throws Exception {
    Ended ended =
        lint(
            ROOT.resolve(Path.of("wasm-web", "src")),
            ROOT.resolve(Path.of("web-demo", "src")),
            ROOT.resolve(Path.of("e2e-tests", "src")));
    assertEquals(0, ended.status(), ended.output());
    assertTrue(ended.output().matches("(?s)Checked \\d{2,} files .*"), ended.output());
  }

  @Test
  void theLinterReallyLooks() throws Exception {
    Path wrong = folder.resolve("wrong.js");
    Files.writeString(wrong, "const unused = 1;\nif (undeclared == 2) {\n  debugger;\n}\n");
    Ended ended = lint(wrong);
    assertNotEquals(0, ended.status());
    for (String rule :
        List.of("noUnusedVariables", "noUndeclaredVariables", "noDoubleEquals", "noDebugger")) {
      assertTrue(ended.output().contains(rule), ended.output());
    }
  }
}
