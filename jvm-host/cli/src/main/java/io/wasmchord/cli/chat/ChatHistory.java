package io.wasmchord.cli.chat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the texts that a person has typed are kept from one chat to the next. */
public final class ChatHistory {
  @Option(names = "--no-history", description = "Do not keep what is typed for the next chat.")
  private boolean none;

  /** The file, which only its owner can read, or null where there is none. */
  @Nullable Path file() {
    return none ? null : in(directory(System.getenv()));
  }

  static Path directory(Map<String, String> environment) {
    Path state = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
    return (state.isAbsolute() ? state : Path.of(System.getProperty("user.home"), ".local/state"))
        .resolve("wasm-chord");
  }

  /** The file in a folder, made if need be; null where it cannot be made. */
  static @Nullable Path in(Path directory) {
    Path file = directory.resolve("chat-history");
    try {
      Files.createDirectories(directory);
      if (!Files.exists(file)) {
        Files.createFile(file, owners(file));
      }
      return Files.isWritable(file) ? file : null;
    } catch (FileAlreadyExistsException e) {
      return file; // another chat has just made it
    } catch (IOException e) {
      return null; // a chat does not fail because it cannot be remembered
    }
  }

  private static FileAttribute<?>[] owners(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
