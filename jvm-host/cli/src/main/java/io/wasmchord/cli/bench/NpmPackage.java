package io.wasmchord.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A package from npm, installed outside the repository, for comparisons and tests. */
public record NpmPackage(String name, String version) {
  private static final int MINUTES = 10;

  /**
   * Installs the package if it is not there, without running its scripts.
   *
   * @return the folder that holds {@code node_modules}
   * @throws IllegalStateException when npm is missing or fails; the message says what to do
   */
  public Path install() throws IOException, InterruptedException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    Path folder =
        base.resolve("wasm-chord").resolve(name.replaceAll("[^a-z0-9-]", "") + "-" + version);
    if (Files.isRegularFile(folder.resolve("node_modules").resolve(name).resolve("package.json"))) {
      return folder;
    }
    Files.createDirectories(folder);
    System.err.println("chord: installing " + name + " " + version + " in " + folder);
    Process npm;
    try {
      npm =
          new ProcessBuilder(
                  "npm", "install", "--no-save", "--ignore-scripts", name + "@" + version)
              .directory(folder.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "npm is missing; install Node.js, or leave the comparison out", e);
    }
    if (!npm.waitFor(MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
      npm.destroy();
      throw new IllegalStateException("npm could not install " + name + "; is there a network?");
    }
    return folder;
  }
}
