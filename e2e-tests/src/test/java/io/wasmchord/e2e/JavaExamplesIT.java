package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyAdapters;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show in Java is what compiles and runs. */
class JavaExamplesIT {
  @TempDir Path folder;

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** A block that is a part of a source shows what stands there, but for its comments' place. */
  private static boolean isQuote(DocExample example) {
    return example.text().startsWith("public ");
  }

  private static boolean isWhole(DocExample example) {
    return example.text().startsWith("import ");
  }

  private static List<DocExample> examples() {
    return DocExample.in("java").stream().filter(example -> !isQuote(example)).toList();
  }

  private static String className(DocExample example) {
    return isWhole(example)
        ? example.text().replaceFirst("(?s).*\nclass (\\w+).*", "$1")
        : example.name();
  }

  /** The packages that have public classes of the library, each imported on demand. */
  private static String imports() throws IOException {
    TreeSet<String> packages = new TreeSet<>(List.of("java.nio.file", "java.util"));
    for (String module : List.of("shared-core", "jvm-host/runtime")) {
      Path sources = DocExample.ROOT.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.endsWith("package-info.java"))
            .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
            .forEach(packages::add);
      }
    }
    return packages.stream().map(name -> "import " + name + ".*;").collect(Collectors.joining());
  }

  private static JavaFileObject source(DocExample example, String imports) {
    String text =
        isWhole(example)
            ? example.text()
            : imports
                + "import io.wasmchord.chat.Message.Role; import io.wasmchord.e2e.*;"
                + "public final class %s extends JavaExampleGivens {".formatted(example.name())
                + "public %s() throws java.io.IOException {}".formatted(example.name())
                + "@Override protected void run() throws Exception {\n%s}}"
                    .formatted(example.text());
    return new Source(className(example), text);
  }

  private String compile() throws IOException {
    String imports = imports();
    List<JavaFileObject> sources = new ArrayList<>();
    examples().forEach(example -> sources.add(source(example, imports)));
    StringWriter said = new StringWriter();
    List<String> options =
        List.of(
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Xlint:all,-options,-processing,-path",
            "-Werror");
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(said, null, null, options, null, sources)
            .call();
    return compiled + " " + said;
  }

  private void writeFiles() throws IOException {
    Files.copy(DemoModel.path(), folder.resolve("large.gguf"));
    Files.copy(DemoModel.path(), folder.resolve("small.gguf"));
    DemoModel.withTools().write(folder.resolve("base.gguf"));
    Files.writeString(folder.resolve("text.txt"), "The capital of Japan is Tokyo. ".repeat(200));
    adapter(folder.resolve("polite.gguf"));
  }

  /** One for the demo model, of a small rank. */
  static void adapter(Path file) throws IOException {
    try (LoadedModel demo = LoadedModel.builder(DemoModel.path()).load()) {
      GgufFile header = demo.file();
      List<String> names =
          TinyAdapters.matrices(header).stream().filter(n -> n.contains("attn_q.")).toList();
      TinyAdapters.file(header, 1, 2, names).write(file);
    }
  }

  @Test
  void compileAndRun() throws Exception {
    assertEquals("true ", compile());
    writeFiles();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(
        folder + System.getProperty("path.separator") + System.getProperty("java.class.path"));
    command.add(JavaExampleGivens.class.getName());
    examples().forEach(example -> command.add(className(example)));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int code = process.waitFor();
    String all = Files.readString(said);
    assertTrue(code == 0 && all.endsWith("all examples ran\n"), all);
  }

  @Test
  void quotesAreOfTheSources() throws IOException {
    String sources;
    try (Stream<Path> files = Files.walk(DocExample.ROOT.resolve("wasm-web/src/main/java"))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(file -> String.join("\n", DocExample.lines(file)))
              .map(JavaExamplesIT::words)
              .collect(Collectors.joining("\n"));
    }
    for (DocExample quote : DocExample.in("java").stream().filter(e -> isQuote(e)).toList()) {
      assertTrue(sources.contains(words(quote.text())), quote.place());
    }
  }

  private static String words(String text) {
    return text.replaceAll("//[^\n]*", "").replaceAll("\\s+", " ").strip();
  }
}
