package io.wasmchord.jvm;

import io.wasmchord.gguf.GgufWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Model files on disk. */
final class GgufFiles {
  private GgufFiles() {}

  /**
   * Writes beside the target and moves there at the end, so that no half file is ever taken for a
   * model.
   */
  static void write(GgufWriter writer, Path out) throws IOException {
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
      writer.writeTo((bytes, offset, length) -> {
        try {
          stream.write(bytes, offset, length);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
  }
}
