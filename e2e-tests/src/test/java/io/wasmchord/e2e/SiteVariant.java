package io.wasmchord.e2e;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** The built site with another JS module: how a browser's lacks and losses are made for a test. */
record SiteVariant(Path folder, DemoServer server) implements AutoCloseable {
  /**
   * A copy of the JS module.
   *
   * @param files written over it, by their paths in it
   * @param changed the path of the file that then begins with {@code prefix}
   */
  static SiteVariant of(Map<String, String> files, String changed, String prefix)
      throws IOException {
    Path folder = Files.createTempDirectory("chord-site");
    copy(EnginePage.site().resolve("wasm-chord"), folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Path path = folder.resolve(changed);
    Files.writeString(path, prefix + Files.readString(path));
    return new SiteVariant(
        folder, DemoServer.start(EnginePage.site(), 0, Map.of("/wasm-chord", folder)));
  }

  /** Copies all files of a folder, with those of its folders. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (Stream<Path> module = Files.walk(folder)) {
      for (Path file : module.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file); // what is in a folder goes before it
      }
    }
  }
}
