package io.wasmchord.cli.options;

import io.wasmchord.jvm.FileException;
import io.wasmchord.jvm.download.DownloadCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The demo model and the page: files of a checkout, which the launcher names, or what lies within
 * the program's own jar. That is unpacked beside the downloaded models, when it is first needed.
 */
public final class Bundled {
  private static final String WITHIN = "/bundled/";

  /** Names all files within; its first line names this version of them. */
  private static final String LIST = WITHIN + "files";

  private Bundled() {}

  /** The demo model, or null where there is none. */
  public static @Nullable Path demoModel() {
    return file("chord.demoModel", "site/models/wasm-chord-demo-q4_k_m.gguf");
  }

  /** The page's folder, or null where there is none. */
  public static @Nullable Path site() {
    return file("chord.site", "site");
  }

  private static @Nullable Path file(String property, String name) {
    String named = System.getProperty(property);
    if (named != null) {
      return Path.of(named);
    }
    try (InputStream list = Bundled.class.getResourceAsStream(LIST)) {
      return list == null ? null : unpacked(list).resolve(name);
    } catch (IOException | UncheckedIOException e) {
      throw new FileException(
          "what lies within the program cannot be unpacked: %s; CHORD_CACHE names another folder"
              .formatted(e.getMessage()));
    }
  }

  /** The folder of all files, whole or not there at all. */
  private static Path unpacked(InputStream list) throws IOException {
    List<String> lines = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    Path cache = DownloadCache.defaultDirectory(System.getenv());
    Path folder = cache.resolve("bundled-" + lines.getFirst());
    if (!Files.isDirectory(folder)) {
      Path begun = cache.resolve(".bundled-" + UUID.randomUUID());
      try {
        for (String name : lines.subList(1, lines.size())) {
          copy(name, begun.resolve(name));
        }
        Files.move(begun, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
        return folder; // another process was faster
      } finally {
        delete(begun);
      }
    }
    return folder;
  }

  private static void copy(String name, Path to) throws IOException {
    Files.createDirectories(Objects.requireNonNull(to.getParent()));
    try (InputStream in =
        Objects.requireNonNull(Bundled.class.getResourceAsStream(WITHIN + name), name)) {
      Files.copy(in, to);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
