package io.wasmchord.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes {@code site-files.js} into a built site: the paths of all files that the page consists of,
 * and a digest of their contents. The service worker keeps them for visits without a network; a
 * change of any of them changes the digest, and so the worker.
 */
public final class SiteFiles {
  private static final String LIST = "site-files.js";

  /** What no page loads: types, licences, and models, which the engine keeps itself. */
  private static final List<String> LEFT_OUT =
      List.of(".d.ts", ".md", "LICENSE", "NOTICE", "package.json", ".gguf", LIST);

  private SiteFiles() {}

  public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
    Path site = Path.of(arguments[0]);
    List<String> paths = pathsOf(site);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String path : paths) {
      digest.update(path.getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(site.resolve(path)));
    }
    String version = HexFormat.of().formatHex(digest.digest(), 0, 8);
    String list = paths.stream().map(path -> "'" + path + "'").collect(Collectors.joining(",\n  "));
    Files.writeString(
        site.resolve(LIST),
        "self.SITE = { version: '" + version + "', files: [\n  " + list + ",\n] };\n");
  }

  private static List<String> pathsOf(Path site) throws IOException {
    try (Stream<Path> files = Files.walk(site)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> site.relativize(file).toString().replace('\\', '/'))
          .filter(path -> LEFT_OUT.stream().noneMatch(path::endsWith))
          .sorted()
          .toList();
    }
  }
}
