package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.bench.NpmPackage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JS module's types, as TypeScript's compiler sees them, beside those of OpenAI's client. */
class TypesIT {
  private static final NpmPackage TYPESCRIPT = new NpmPackage("typescript", "7.0.2");
  private static final NpmPackage OPENAI = new NpmPackage("openai", "7.59.0");
  private static final NpmPackage AI = new NpmPackage("ai", "6.0.326");

  private static final NpmPackage LANGCHAIN = new NpmPackage("@langchain/core", "1.4.0");

  private static final Path OURS =
      EnginePage.site().toAbsolutePath().resolve("wasm-chord").resolve("wasm-chord.d.ts");

  @TempDir Path folder;

  private static Path installed(NpmPackage wanted) throws IOException, InterruptedException {
    try {
      return wanted.install().resolve("node_modules").resolve(wanted.name());
    } catch (IllegalStateException e) {
      return Assumptions.abort(e.getMessage()); // there is no npm, or no network
    }
  }

  /** What the compiler says of a file beside this class; nothing where all is well. */
  private String compile(String source) throws Exception {
    return compile(source, true);
  }

  /** The same; {@code strict} as an application would have it, or loosely as JavaScript is. */
  private String compile(String source, boolean strict) throws Exception {
    return compile(source, strict, Map.of());
  }

  /** The same, with further packages whose own types are not checked. */
  private String compile(String source, boolean strict, Map<String, Path> more) throws Exception {
    Path openai = installed(OPENAI);
    Files.writeString(folder.resolve("types.ts"), source);
    Map<String, List<String>> paths = new HashMap<>();
    paths.put("wasm-chord", List.of(OURS.toString()));
    paths.put("wasm-chord/*", List.of(OURS.resolveSibling("*").toString()));
    paths.put("openai", List.of(openai.resolve("index.d.ts").toString()));
    paths.put("openai/*", List.of(openai.resolve("*").toString()));
    more.forEach((name, types) -> paths.put(name, List.of(types.toString())));
    Map<String, Object> resolution =
        Map.of("moduleResolution", "bundler", "paths", paths, "skipLibCheck", !more.isEmpty());
    Map<String, Object> options = new HashMap<>(resolution);
    options.putAll(
        Map.of(
            "strict",
            strict,
            "noEmit",
            true,
            "noUncheckedIndexedAccess",
            strict,
            "noUnusedLocals",
            strict,
            "target",
            "es2022",
            "module",
            "esnext",
            "lib",
            List.of("es2022", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"),
            "types",
            List.of()));
    return tsc(Map.of("compilerOptions", options, "files", List.of("types.ts")));
  }

  /** What the compiler says with this configuration, after its exit code. */
  private String tsc(Map<String, Object> configuration) throws Exception {
    Path compiler = installed(TYPESCRIPT).resolve("bin").resolve("tsc");
    new ObjectMapper().writeValue(folder.resolve("tsconfig.json").toFile(), configuration);
    Process process =
        new ProcessBuilder("node", compiler.toString(), "-p", folder.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said.strip();
  }

  /**
   * What the compiler says of the module's own scripts, whose comments have types, and of one more.
   * Callers' options can be anything, and are not looked at; nor is the script that pages copy, nor
   * what is over others' modules.
   */
  private List<String> scripts(String more) throws Exception {
    SiteVariant.copy(OURS.getParent(), folder.resolve("module"));
    Files.writeString(folder.resolve("module").resolve("more.js"), more);
    Files.writeString(folder.resolve("workers.d.ts"), resource("/types/workers.d.ts"));
    Map<String, Object> options =
        Map.of(
            "allowJs",
            true,
            "checkJs",
            true,
            "strict",
            false,
            "noEmit",
            true,
            "target",
            "esnext",
            "module",
            "esnext",
            "moduleResolution",
            "bundler",
            "lib",
            List.of("esnext", "dom", "dom.iterable", "dom.asynciterable"),
            "types",
            List.of());
    List<String> scripts = List.of("module/**/*.js", "workers.d.ts");
    String said = tsc(Map.of("compilerOptions", options, "include", scripts));
    return said.substring(said.indexOf(' ') + 1)
        .lines()
        .filter(line -> line.contains("error TS"))
        .filter(line ->
            !line.matches(
                "module/(requests/|isolation\\.js|wasm-chord\\.js|langchain\\.js|react\\.js|node(-worker)?\\.js).*"))
        .toList();
  }

  @Test
  void messagesBetweenWorkersHaveTheirTypes() throws Exception {
    assertEquals(List.of(), scripts(""));
  }

  @Test
  void aMessageOfAnotherTypeIsSeen() throws Exception {
    List<String> said =
        scripts(
            """
            import { SpawnedWorker } from './threads/spawned.js';
            const digest = new SpawnedWorker('digest');
            digest.postMessage({ peace: new Uint8Array(1) });
            digest.onmessage = ({ data }) => data.hexadecimal;
            new SpawnedWorker('dijest');
            """);
    assertEquals(3, said.size(), said.toString());
    assertTrue(said.stream().allMatch(line -> line.startsWith("module/more.js(")), said.toString());
  }

  private static String resource(String name) throws IOException, URISyntaxException {
    return Files.readString(Path.of(TypesIT.class.getResource(name).toURI()));
  }

  private static String source() throws IOException, URISyntaxException {
    return resource("/types/types.ts");
  }

  /** The compiler refuses an import that is not used, so each of them is. */
  @Test
  void theSampleUsesEveryExport() throws Exception {
    Set<String> exported =
        names(
            "(?m)^export (?:declare )?(?:class|interface|type|const|function) (\\w+)",
            Files.readString(OURS));
    Set<String> imported = new TreeSet<>();
    Pattern.compile("import (?:type )?\\{([^}]*)\\} from 'wasm-chord'")
        .matcher(source())
        .results()
        .forEach(hit -> imported.addAll(names("(\\w+)", hit.group(1))));
    assertEquals(exported, imported);
    String unused = source() + "\nimport type { Progress as Unused } from 'wasm-chord';\n";
    assertTrue(compile(unused).contains("'Unused' is declared but never used"));
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(hit -> hit.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void requestsAndAnswersAreOpenAis() throws Exception {
    assertEquals("0 ", compile(source()));
  }

  @Test
  void theCompilerReallyLooks() throws Exception {
    String said =
        compile(
            source()
                + "\nexport const a: OpenAIAnswer = 5;\nexport const b: Message = { role: 5 };\n");
    assertTrue(said.contains("'number' is not assignable to type 'ChatCompletion'"), said);
    assertTrue(said.contains("'number' is not assignable to type '\"assistant\" | "), said);
  }

  /** Every example is a function of its own, which is given what the pages take for granted. */
  @Test
  void thePagesExamplesHaveTheModulesTypes() throws Exception {
    StringBuilder all =
        new StringBuilder(
            "import { WasmChord, type Message, type RunnableTool } from 'wasm-chord';\n"
                + "import { promptApi } from 'wasm-chord/prompt-api';\n");
    for (DocExample example : ScriptExamplesIT.examples()) {
      all.append("export async function ").append(example.name());
      all.append(
          "(chord: WasmChord, url: string, messages: Message[], tools: RunnableTool[], file: Blob,"
              + " report: string, run: (name: string, given: unknown) => Promise<string>) {{\n");
      all.append(
              example
                  .text()
                  .replace("const messages =", "const messages: Message[] =")
                  .replace("const tools =", "const tools: RunnableTool[] ="))
          .append("}}\n");
    }
    assertEquals("0 ", compile(all.toString(), false));
  }

  private String compileEntries(String source) throws Exception {
    Path ai = installed(AI).resolve("dist").resolve("index.d.ts");
    Path langchain = installed(LANGCHAIN).resolve("dist").resolve("*.d.ts");
    return compile(source, true, Map.of("ai", ai, "@langchain/core/*", langchain));
  }

  /** The package's entries for clients have those clients' types. */
  @Test
  void entriesFitTheirClients() throws Exception {
    assertEquals("0 ", compileEntries(resource("/types/entries.ts")));
    for (DocExample example : DocExample.in("ts")) {
      assertEquals("0 ", compileEntries(example.text()), example.place());
    }
    String wrong =
        compileEntries(
            "import { openaiFetch } from 'wasm-chord/openai';\nexport const a: 5 = openaiFetch({});\n");
    assertTrue(wrong.contains("is not assignable to type '5'"), wrong);
  }
}
