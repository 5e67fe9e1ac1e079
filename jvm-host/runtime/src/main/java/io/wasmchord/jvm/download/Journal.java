package io.wasmchord.jvm.download;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file on disk. Beside a part it says how much of it counts; beside a whole file
 * it is the file's record.
 *
 * @param url where the bytes are from
 * @param complete bytes that are on disk
 * @param chunks the digests of their chunks; none of a whole file, which has one in its source
 */
record Journal(String url, Source source, long complete, List<String> chunks) {
  /** The journal in {@code file}; null when there is none that can be read. */
  static @Nullable Journal read(Path file) {
    try {
      Properties p = new Properties();
      p.load(new StringReader(Files.readString(file)));
      Source source =
          new Source(
              p.getProperty("etag", ""),
              p.getProperty("lastModified", ""),
              p.getProperty("sha256", ""),
              Long.parseLong(p.getProperty("size", "")));
      return new Journal(
          p.getProperty("url", ""),
          source,
          Long.parseLong(p.getProperty("complete", "")),
          p.getProperty("chunks", "").lines().toList());
    } catch (IOException | IllegalArgumentException e) {
      return null; // a damaged journal costs a new beginning, never a wrong file
    }
  }

  /** Replaces {@code file} at once, so that a crash leaves the old journal or the new one. */
  void write(Path file) throws IOException {
    Properties p = new Properties();
    p.setProperty("url", url);
    p.setProperty("etag", source.etag());
    p.setProperty("lastModified", source.lastModified());
    p.setProperty("sha256", source.sha256());
    p.setProperty("size", Long.toString(source.size()));
    p.setProperty("complete", Long.toString(complete));
    p.setProperty("chunks", String.join("\n", chunks));
    StringWriter text = new StringWriter();
    p.store(text, null);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text.toString());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
