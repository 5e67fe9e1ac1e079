package io.wasmchord.jvm;

import io.wasmchord.errors.InvalidSessionException;
import io.wasmchord.session.Session;
import io.wasmchord.session.SessionReader;
import io.wasmchord.session.SessionWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A session that was restored, and what was saved beside it.
 *
 * @param session to be closed by the caller
 * @param notes such as the messages of a conversation
 */
public record SavedSession(Session session, String notes) implements AutoCloseable {
  @Override
  public void close() {
    session.close();
  }

  /** Writes all that {@code writer} gives, and closes it. */
  static void write(SessionWriter writer, OutputStream out) throws IOException {
    try (writer) {
      for (byte[] next = writer.next(); next != null; next = writer.next()) {
        out.write(next);
      }
    }
  }

  /** The same to a file, which is replaced only when all is written. */
  static void write(SessionWriter writer, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    @Nullable Path part = null;
    try (writer) {
      part = Files.createTempFile(folder, "session", ".part");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        write(writer, out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw FileException.of("written", file, e);
    } finally {
      delete(part);
    }
  }

  private static void delete(@Nullable Path part) {
    if (part == null) {
      return;
    }
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      part.toFile().deleteOnExit();
    }
  }

  /** Restores what a stream has up to its end, and closes the reader. */
  static SavedSession read(SessionReader reader, InputStream in) throws IOException {
    try (reader) {
      while (reader.needed() > 0) {
        reader.push(in.readNBytes(reader.needed()));
      }
      if (in.read() >= 0) {
        throw new InvalidSessionException(
            "this is no session that can be restored: it goes on after its end; save it anew");
      }
      return new SavedSession(reader.session(), reader.notes());
    }
  }

  static SavedSession read(SessionReader reader, Path file) {
    try (reader;
        InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return read(reader, in);
    } catch (IOException e) {
      throw FileException.of("read", file, e);
    }
  }
}
