package io.wasmchord.cli.terminal;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;

/**
 * A file that appears whole or not at all: it is written beside its place under another name, and
 * moved there at the end. What was begun is deleted when writing fails, and when the JVM is
 * stopped. A device or a pipe is written as it is.
 */
public final class WholeFile {
  private static final int BUFFER = 1 << 20;

  private final Path file;
  private final boolean device;

  private WholeFile(Path file, boolean device) {
    this.file = file;
    this.device = device;
  }

  /** What fills a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * A file to be made or replaced; links lead to what they name.
   *
   * @throws FileException when there can be no such file, which is better said before long work
   */
  public static WholeFile at(Path path) {
    Path file = target(path);
    if (Files.isDirectory(file)) {
      throw new FileException(path + " is a folder; name a file");
    }
    Path folder = folder(file);
    if (!Files.isDirectory(folder)) {
      throw new FileException(
          Files.exists(folder)
              ? folder + " is no folder; " + path + " cannot be written"
              : "the folder " + folder + " does not exist; make it first");
    }
    return new WholeFile(file, Files.exists(file) && !Files.isRegularFile(file));
  }

  /**
   * The same where a file that exists is replaced only by a caller who says so.
   *
   * @throws InvalidRequestException when it exists and {@code force} is false
   */
  public static WholeFile at(Path path, boolean force) {
    WholeFile whole = at(path);
    if (!force && !whole.device && Files.exists(whole.file)) {
      throw new InvalidRequestException(path + " exists; --force replaces it");
    }
    return whole;
  }

  private static Path target(Path path) {
    try {
      return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    } catch (IOException e) {
      throw FileException.of("written", path, e);
    }
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }

  /** Whether it is {@code other}, by whatever name. */
  public boolean is(Path other) {
    try {
      return Files.exists(file) && Files.exists(other) && Files.isSameFile(file, other);
    } catch (IOException e) {
      throw FileException.of("read", other, e);
    }
  }

  /**
   * Writes the file.
   *
   * @throws FileException when it cannot be written whole; then all is as it was
   */
  public void write(Content content) {
    try {
      if (device) {
        try (OutputStream out = Files.newOutputStream(file)) {
          content.writeTo(out);
        }
      } else {
        writeBeside(content);
      }
    } catch (UncheckedIOException e) {
      throw FileException.of("written", file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    }
  }

  private void writeBeside(Content content) throws IOException {
    Path part = folder(file).resolve(".chord-" + UUID.randomUUID() + ".part");
    Thread stopped = new Thread(() -> delete(part), "chord-part");
    Runtime.getRuntime().addShutdownHook(stopped);
    try {
      Files.createFile(part);
      try (FileOutputStream stream = new FileOutputStream(part.toFile());
          OutputStream out = new BufferedOutputStream(stream, BUFFER)) {
        content.writeTo(out);
        out.flush();
        stream.getChannel().force(true); // some disks say only now that they are full
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      delete(part);
      forget(stopped);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM is being stopped, and the hook runs
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      return; // the failure that led here is the one to tell
    }
  }
}
