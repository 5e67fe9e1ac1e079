package io.wasmchord.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program meets that has jvm-runtime as its only dependency. */
class FirstHourTest {
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

  /** Of the tests, not of the library. */
  private static final Set<String> JUNIT =
      Set.of("junit", "opentest4j", "apiguardian", "surefire", "open");

  private static List<String> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** An archive's name without its version; that of the module where its classes are a folder. */
  private static String artifact(String entry) {
    Path path = Path.of(entry);
    String name = path.getFileName().toString();
    return name.endsWith("classes")
        ? module(path.getParent().resolveSibling("pom.xml"))
        : name.replaceFirst("-\\d.*", "");
  }

  private static String module(Path pom) {
    try {
      String own = Files.readString(pom).replaceFirst("(?s)<parent>.*</parent>", "");
      return own.replaceFirst("(?s).*?<artifactId>([^<]+)<.*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theLibraryBringsTheCoreAndNothingElse() {
    Set<String> brought =
        classPath().stream()
            .map(FirstHourTest::artifact)
            .filter(name -> !JUNIT.contains(name.split("-")[0]))
            .collect(Collectors.toCollection(TreeSet::new));
    brought.remove("library-tests");
    assertEquals(Set.of("jspecify", "jvm-runtime", "shared-core"), brought);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.slf4j.Logger",
        "org.slf4j.nop.NOPServiceProvider",
        "org.eclipse.jetty.server.Server",
        "org.jline.terminal.Terminal",
        "picocli.CommandLine",
        "com.fasterxml.jackson.databind.ObjectMapper"
      })
  void whatOnlyTheCommandLineNeedsIsAbsent(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }

  private record Outcome(int status, List<String> lines) {
    List<String> starting(String with) {
      return lines.stream().filter(line -> line.startsWith(with)).toList();
    }
  }

  /** Runs {@link Application}, with its standard error in the lines. */
  private static Outcome run(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath())));
    command.add(Application.class.getName());
    command.add(
        Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf")
            .toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text.lines().toList());
  }

  @Test
  void aMissingVectorModuleIsSaidOnce() throws Exception {
    Outcome outcome = run(NATIVE);
    assertEquals(0, outcome.status, outcome.toString());
    List<String> backends = outcome.starting("backend ");
    assertEquals(2, backends.size(), outcome.toString());
    boolean machine = backends.stream().allMatch(b -> b.startsWith("backend native-avx"));
    assertTrue(
        machine || Set.copyOf(backends).equals(Set.of("backend scalar")), backends::toString);
    List<String> records = outcome.starting("log ");
    assertEquals(1, records.size(), outcome.toString());
    String record = records.getFirst();
    assertTrue(record.startsWith("log io.wasmchord.jvm WARNING "), record);
    assertTrue(record.contains("--add-modules jdk.incubator.vector"), record);
    assertTrue(
        record.matches(machine ? ".* machine code.*" : ".* \\d+ to \\d+ times slower.*"), record);
  }

  @Test
  void withTheModuleNothingIsLogged() throws Exception {
    Outcome outcome = run(NATIVE, "--add-modules", "jdk.incubator.vector");
    assertEquals(0, outcome.status, outcome.toString());
    assertEquals(2, outcome.starting("backend vector-").size(), outcome.toString());
    assertEquals(List.of(), outcome.starting("log "));
  }

  /** The JVM itself warns where the flag is missing; where it denies, a typed error names it. */
  @Test
  void nativeAccessThatIsDeniedIsATypedError() throws Exception {
    Outcome outcome = run("--illegal-native-access=deny");
    assertEquals(2, outcome.status, outcome.toString());
    List<String> errors = outcome.starting("error invalid_request ");
    assertEquals(1, errors.size(), outcome.toString());
    assertTrue(errors.getFirst().contains(NATIVE), errors.getFirst());
  }
}
