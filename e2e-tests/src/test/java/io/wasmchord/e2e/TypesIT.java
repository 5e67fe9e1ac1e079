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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JS module's types, as TypeScript's compiler sees them, beside those of OpenAI's client. */
class TypesIT {
  private static final NpmPackage TYPESCRIPT = new NpmPackage("typescript", "7.0.2");
  private static final NpmPackage OPENAI = new NpmPackage("openai", "7.59.0");

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
    Path compiler = installed(TYPESCRIPT).resolve("bin").resolve("tsc");
    Path openai = installed(OPENAI);
    Path ours = EnginePage.site().toAbsolutePath().resolve("wasm-chord").resolve("wasm-chord.d.ts");
    Files.writeString(folder.resolve("types.ts"), source);
    Map<String, Object> options =
        Map.of(
            "strict",
            true,
            "noEmit",
            true,
            "noUncheckedIndexedAccess",
            true,
            "target",
            "es2022",
            "module",
            "esnext",
            "moduleResolution",
            "bundler",
            "lib",
            List.of("es2022", "dom", "dom.iterable"),
            "types",
            List.of(),
            "paths",
            Map.of(
                "wasm-chord", List.of(ours.toString()),
                "openai", List.of(openai.resolve("index.d.ts").toString()),
                "openai/*", List.of(openai.resolve("*").toString())));
    new ObjectMapper()
        .writeValue(
            folder.resolve("tsconfig.json").toFile(),
            Map.of("compilerOptions", options, "files", List.of("types.ts")));
    Process process =
        new ProcessBuilder("node", compiler.toString(), "-p", folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said.strip();
  }

  private static String source() throws IOException, URISyntaxException {
    return Files.readString(Path.of(TypesIT.class.getResource("/types/types.ts").toURI()));
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
}
