package io.wasmchord.web.build;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The build's change of the compiler's runtime file. */
class RuntimeFileTest {
  private static String message(String runtime) {
    return assertThrows(IllegalStateException.class, () -> RuntimeFile.rewrite(runtime))
        .getMessage();
  }

  @Test
  void anotherRuntimeFailsTheBuild() throws IOException {
    assertTrue(message("var x = 1;").contains("has no `"));
    String rewritten = Files.readString(Path.of("target", "npm", "wasm-gc-module-runtime.js"));
    assertTrue(message(rewritten).contains("another version"), "it is rewritten once only");
  }
}
