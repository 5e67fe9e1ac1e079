package io.wasmchord.e2e;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The built site with another JS module: how a browser's lacks and losses are made for a test. */
record SiteVariant(Path folder, DemoServer server) implements AutoCloseable {
  /**
   * A copy of the JS module.
   *
   * @param files written over it, by name
   * @param changed the file that then begins with {@code prefix}
   */
  static SiteVariant of(Map<String, String> files, String changed, String prefix)
      throws IOException {
    Path folder = Files.createTempDirectory("chord-site");
    try (Stream<Path> module = Files.list(EnginePage.site().resolve("wasm-chord"))) {
      for (Path file : module.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Path path = folder.resolve(changed);
    Files.writeString(path, prefix + Files.readString(path));
    return new SiteVariant(
        folder, DemoServer.start(EnginePage.site(), 0, Map.of("/wasm-chord", folder)));
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (Stream<Path> module = Files.list(folder)) {
      for (Path file : module.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
