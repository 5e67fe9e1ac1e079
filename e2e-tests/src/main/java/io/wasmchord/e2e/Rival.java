package io.wasmchord.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** llama.cpp in WebAssembly, from npm, installed outside the repository. */
final class Rival {
  static final String PACKAGE = "@wllama/wllama";
  static final String VERSION = "3.8.1";

  private Rival() {}

  /**
   * Installs the package if it is not there.
   *
   * @return the folder of its modules
   * @throws IllegalStateException when npm is missing or fails
   */
  static Path install() throws IOException, InterruptedException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path folder = base.resolve("wasm-chord").resolve("rival-" + VERSION);
    Path modules = folder.resolve("node_modules").resolve(PACKAGE).resolve("esm");
    if (Files.isRegularFile(modules.resolve("index.js"))) {
      return modules;
    }
    Files.createDirectories(folder);
    System.err.println("chord: installing " + PACKAGE + " " + VERSION + " in " + folder);
    Process npm;
    try {
      npm =
          new ProcessBuilder(
                  "npm", "install", "--no-save", "--ignore-scripts", PACKAGE + "@" + VERSION)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("npm is missing; install Node.js, or leave --rival out", e);
    }
    if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      npm.destroy();
      throw new IllegalStateException("npm could not install " + PACKAGE + "; is there a network?");
    }
    return modules;
  }
}
