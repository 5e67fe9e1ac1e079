package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The script in front of the command line. */
public class LauncherTest {
  private static final String ROOT = System.getProperty("chord.root");
  private static final String SHOW = "printf '%s\\n' \"LC_ALL=$LC_ALL\" \"$@\"";

  static List<String> commands() {
    return List.copyOf(new CommandLine(ChordCli.class).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void knowsAndShowsEveryCommand(String command) throws IOException {
    String script = Files.readString(Path.of(ROOT, "chord"));
    assertTrue(
        Pattern.compile("(?m)^  (\\S+\\|)?" + command + "(\\|\\S+)?\\)").matcher(script).find(),
        "starts it");
    assertTrue(Pattern.compile("(?m)^  chord " + command + " ").matcher(script).find(), "shows it");
  }

  @TempDir Path folder;

  @Test
  void aStyleSheetIsCopiedAndNothingElseIsBuilt() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Path target = chord.resolveSibling("target");
    Path stamp = Files.createFile(target.resolve("built-web-demo"));
    Path sheet = chord.resolveSibling("web-demo").resolve("src/main/site/style.css");
    Files.createDirectories(sheet.getParent());
    Files.createFile(sheet);
    Instant built = Files.getLastModifiedTime(stamp).toInstant();
    Files.setLastModifiedTime(sheet, FileTime.from(built.plusSeconds(10)));
    Path bin = folder.resolve("bin");
    script(bin.resolve("mvn"), "#!/bin/sh\necho $* >>" + target.resolve("asked"));
    assertEquals(0, bash(Map.of(), "PATH=" + bin + ":$PATH " + chord + " demo").code());
    List<String> asked = Files.readAllLines(target.resolve("asked"));
    assertEquals(1, asked.size(), asked::toString);
    assertTrue(asked.getFirst().endsWith("-pl web-demo resources:copy-resources@site"));
    assertEquals(0, bash(Map.of(), chord + " tokenize x").code());
    assertEquals(1, Files.readAllLines(target.resolve("asked")).size());
  }

  @Test
  void theBrowsersCommandsAreBuiltForThemselvesOnly() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Path target = chord.resolveSibling("target");
    Path source = chord.resolveSibling("jvm-host").resolve("browser/src/main/java/Any.java");
    Files.createDirectories(source.getParent());
    Files.createFile(source);
    Instant built = Files.getLastModifiedTime(target.resolve("built-jvm-host-cli")).toInstant();
    Files.setLastModifiedTime(source, FileTime.from(built.plusSeconds(10)));
    Path bin = folder.resolve("bin");
    script(bin.resolve("mvn"), "#!/bin/sh\necho $* >>" + target.resolve("asked"));
    String path = "PATH=" + bin + ":$PATH ";
    assertEquals(0, bash(Map.of(), path + chord + " tokenize x").code());
    assertFalse(Files.exists(target.resolve("asked")));
    Ran ran = bash(Map.of(), path + chord + " kernels --out x");
    assertTrue(ran.out().endsWith("io.wasmchord.browser.KernelsCommand\n--out\nx\n"), ran.out());
    List<String> asked = Files.readAllLines(target.resolve("asked"));
    assertEquals(1, asked.size(), asked::toString);
    assertTrue(asked.getFirst().endsWith("-pl jvm-host/browser -am package"), asked::toString);
  }

  /** What a command came to. */
  private record Ran(int code, String out, String err) {}

  private static final List<String> MODULES =
      List.of(
          "shared-core",
          "jvm-host/runtime",
          "jvm-host/server",
          "jvm-host/cli",
          "jvm-host/browser",
          "wasm-web",
          "docs-site",
          "docs",
          "web-demo",
          "models");

  /** A checkout that is built, and a JDK whose programs are {@code javac} and {@code java}. */
  private Path checkout(String javac, String java) throws IOException {
    Path root = Files.createDirectories(folder.resolve("checkout"));
    script(root.resolve("chord"), Files.readString(Path.of(ROOT, "chord")));
    Files.createDirectories(root.resolve("target"));
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module));
    }
    Files.createFile(root.resolve("jvm-host").resolve("pom.xml"));
    Files.createFile(root.resolve("target").resolve("built-jvm-host-cli"));
    Path bin = Files.createDirectories(folder.resolve("jdk").resolve("bin"));
    script(bin.resolve("javac"), "#!/bin/sh\n" + javac);
    script(bin.resolve("java"), "#!/bin/sh\n" + java);
    return root.resolve("chord");
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertTrue(file.toFile().setExecutable(true));
  }

  /** Runs a line of bash with these variables, PATH and no others. */
  private Ran bash(Map<String, String> variables, String line) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line);
    Map<String, String> environment = builder.environment();
    String path = environment.get("PATH");
    environment.clear();
    environment.put("PATH", path);
    environment.put("JAVA_HOME", folder.resolve("jdk").toString());
    environment.putAll(variables);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        builder
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    return new Ran(process.waitFor(), Files.readString(out), Files.readString(err));
  }

  @Test
  void aLinkRunsWhatItLeadsTo() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Files.createDirectories(folder.resolve("a").resolve("b"));
    Files.createSymbolicLink(folder.resolve("a").resolve("one"), Path.of("b", "two"));
    Files.createSymbolicLink(folder.resolve("a").resolve("b").resolve("two"), chord);
    Ran ran = bash(Map.of("CDPATH", folder.toString()), "cd a && ./one tokenize x");
    assertEquals(0, ran.code(), ran.err());
    Path root = chord.toRealPath().getParent();
    assertTrue(ran.out().contains("-Dchord.root=" + root + "\n"), ran.out());
    assertTrue(ran.out().contains("-cp\n" + root + "/jvm-host/cli/target/classes:"), ran.out());
    assertFalse(Files.exists(folder.resolve("a").resolve("target")));
  }

  /** A JVM reports the options that it picks up before all else. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"})
  void optionsInTheEnvironmentDoNotHideTheVersion(String name) throws Exception {
    Path chord =
        checkout("[ -z \"$" + name + "\" ] || echo Picked up: x >&2\necho javac 25.0.1", SHOW);
    Ran ran = bash(Map.of(name, "-Dx=y"), chord + " tokenize x");
    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.out().contains("\n-XX:+UseSerialGC\n"), ran.out());
    Files.writeString(folder.resolve("jdk").resolve("release"), "JAVA_VERSION=\"26\"\n");
    script(folder.resolve("jdk").resolve("bin").resolve("javac"), "#!/bin/sh\nexit 1");
    assertEquals(0, bash(Map.of(name, "-Dx=y"), chord + " tokenize x").code());
    Ran other = bash(Map.of(name, "-XX:+UseZGC"), chord + " tokenize x");
    assertFalse(other.out().contains("GC"), "of two collectors the JVM takes neither");
  }

  @Test
  void ownOptionsReachTheJvm() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Ran ran = bash(Map.of("CHORD_JAVA_OPTS", " -Xmx1g  -Da=* "), chord + " tokenize 'a  *' '' --x");
    assertTrue(ran.out().contains("\n-Xmx1g\n-Da=*\n-cp\n"), ran.out());
    assertTrue(ran.out().endsWith("io.wasmchord.cli.ChordCli\ntokenize\na  *\n\n--x\n"), ran.out());
  }

  /** The archive of classes is made once, and again for another jar or JDK. */
  @Test
  void theJvmStartsFromAnArchiveThatFollowsTheJars() throws Exception {
    String makes =
        "for a; do case $a in -XX:ArchiveClassesAtExit=*)"
            + " echo made >>made; echo classes >${a#*=}; exit;; esac; done\n";
    Path chord = checkout("echo javac 25", makes + SHOW);
    Path cli = chord.resolveSibling("jvm-host").resolve("cli").resolve("target");
    Files.createDirectories(cli);
    Path jar = Files.createFile(cli.resolve("jvm-cli-1.jar"));
    String run = chord + " run x";
    Ran first = bash(Map.of(), run);
    assertEquals(0, first.code(), first.err());
    Path root = chord.toRealPath().getParent();
    String option = "\n-XX:SharedArchiveFile=" + root + "/target/start.jsa\n";
    assertTrue(first.out().contains(option + "-cp\n" + root), first.out());
    assertTrue(first.out().contains("/jvm-cli-1.jar\nio.wasmchord.cli.ChordCli\nrun\nx\n"));
    assertEquals(first.out(), bash(Map.of(), run).out());
    assertFalse(bash(Map.of(), chord + " tokenize x").out().contains("Archive"));
    Path made = folder.resolve("made");
    assertEquals(1, Files.readAllLines(made).size());
    Instant later = Instant.now().plusSeconds(10);
    Files.setLastModifiedTime(jar, FileTime.from(later));
    assertTrue(bash(Map.of(), run).out().contains(option));
    assertEquals(2, Files.readAllLines(made).size());
    Files.setLastModifiedTime(jar, FileTime.from(later.minusSeconds(100)));
    Files.writeString(folder.resolve("jdk").resolve("release"), "JAVA_VERSION=\"26\"\n");
    assertTrue(bash(Map.of(), run).out().contains(option));
    assertEquals(3, Files.readAllLines(made).size());
  }

  @Test
  void whereNoArchiveCanBeMadeTheJvmStartsPlainly() throws Exception {
    String fails =
        "for a; do case $a in -XX:ArchiveClassesAtExit=*)"
            + " echo made >>made; echo noise >&2; exit 1;; esac; done\n";
    Path chord = checkout("echo javac 25", fails + SHOW);
    Path cli = chord.resolveSibling("jvm-host").resolve("cli").resolve("target");
    Files.createDirectories(cli);
    Files.createFile(cli.resolve("jvm-cli-1.jar"));
    for (int i = 0; i < 2; i++) {
      Ran ran = bash(Map.of(), chord + " run x");
      assertEquals(0, ran.code());
      assertEquals("", ran.err());
      assertFalse(ran.out().contains("Archive"), ran.out());
    }
    assertEquals(1, Files.readAllLines(folder.resolve("made")).size());
  }

  @Test
  void aCommandThatIsNoneIsOneLine() throws Exception {
    Ran ran = bash(Map.of(), checkout("echo javac 25", SHOW) + " nonsense");
    assertEquals(1, ran.code());
    assertEquals("chord: there is no command 'nonsense'; chord --help lists them\n", ran.err());
    assertTrue(bash(Map.of(), folder.resolve("checkout/chord") + " --help").err().isEmpty());
  }

  @Test
  void whatMavenSaysIsShownOnlyWhereItFails() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Files.delete(chord.resolveSibling("target").resolve("built-jvm-host-cli"));
    Path bin = folder.resolve("bin");
    script(bin.resolve("mvn"), "#!/bin/sh\necho $MAVEN_OPTS\necho noise >&2\nexit 3");
    String path = "PATH=" + bin + ":$PATH ";
    Ran failed = bash(Map.of("MAVEN_OPTS", "-Dmine"), path + chord + " tokenize x");
    assertEquals(1, failed.code());
    assertTrue(failed.err().contains("noise\n"), failed.err());
    assertTrue(failed.err().contains("--enable-native-access=ALL-UNNAMED -Dmine\n"));
    assertTrue(failed.err().endsWith("chord: the build of jvm-host/cli failed\n"), failed.err());
    script(bin.resolve("mvn"), "#!/bin/sh\necho noise\necho noise >&2");
    Ran built = bash(Map.of(), path + chord + " tokenize x");
    assertEquals(0, built.code());
    assertFalse((built.out() + built.err()).contains("noise"), built.err());
  }

  @Test
  void withoutMavenTheWrapperBuildsIfItMayFetchOne() throws Exception {
    Path chord = checkout("echo javac 25", SHOW);
    Files.delete(chord.resolveSibling("target").resolve("built-jvm-host-cli"));
    script(chord.resolveSibling("mvnw"), "#!/bin/sh\necho the wrapper ran: $@ >&2\nexit 3");
    Path bin = Files.createDirectories(folder.resolve("without-maven"));
    for (String tool :
        List.of(
            "bash", "sh", "env", "cat", "dirname", "find", "mkdir", "readlink", "sed", "touch")) {
      Ran found = bash(Map.of(), "command -v " + tool);
      Files.createSymbolicLink(bin.resolve(tool), Path.of(found.out().strip()));
    }
    String line = "PATH=" + bin + " " + chord + " tokenize x";
    Ran alone = bash(Map.of(), line);
    assertEquals(1, alone.code());
    assertTrue(alone.err().contains("Maven is missing; install it"), alone.err());
    assertFalse(alone.err().contains("the wrapper ran"), alone.err());
    Ran wrapped = bash(Map.of("MVNW_REPOURL", "https://maven.example"), line);
    assertEquals(1, wrapped.code());
    assertTrue(wrapped.err().contains("the wrapper ran: -B -q "), wrapped.err());
  }

  /** A host to fetch from is for who builds to choose. */
  @Test
  void theWrapperNamesNoHost() throws IOException {
    Path wrapper = Path.of(ROOT, ".mvn", "wrapper", "maven-wrapper.properties");
    String properties = Files.readString(wrapper);
    assertTrue(properties.contains("distributionType=only-script\n"), properties);
    assertTrue(properties.contains("distributionUrl=/org/apache/maven/"), properties);
    assertTrue(Files.isExecutable(Path.of(ROOT, "mvnw")));
  }

  /** The words are made in bash, since this JVM may not be able to say them either. */
  @ParameterizedTest
  @ValueSource(strings = {"LC_ALL=POSIX", "LC_ALL=C", "LANG=", "LC_ALL=xx_XX.UTF-8"})
  void argumentsBeyondAsciiArriveInEveryLocale(String locale) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path chord =
        checkout(
            "echo javac 25",
            "while [ \"$1\" != io.wasmchord.cli.ChordCli ]; do shift; done\nexec '"
                + java
                + "' -cp '"
                + System.getProperty("java.class.path")
                + "' \"$@\"");
    Map<String, String> variables =
        Map.of(locale.split("=", -1)[0], locale.substring(locale.indexOf('=') + 1));
    Path model = Path.of(ROOT, "models", "wasm-chord-demo-q4_k_m.gguf");
    String tokenize = chord + " tokenize -m " + model + " ";
    String word = "$'caf\\xc3\\xa9'";
    Ran text = bash(variables, tokenize + word);
    assertEquals(0, text.code(), text.err());
    Ran file =
        bash(variables, "printf %s " + word + " > " + word + " && " + tokenize + "--file " + word);
    assertEquals(text.out(), file.out(), file.err());
    Ran ids = bash(variables, tokenize + "--ids " + word);
    Ran back = bash(variables, chord + " detokenize -m " + model + " " + ids.out().strip());
    assertEquals("caf\u00E9\n", back.out());
    Ran absent = bash(variables, chord + " inspect " + word + ".gguf");
    assertTrue(absent.err().contains("chord: caf\u00E9.gguf does not exist"), absent.err());
  }
}
