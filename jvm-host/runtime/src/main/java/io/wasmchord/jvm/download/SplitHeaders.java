package io.wasmchord.jvm.download;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitGguf;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a split model as they come, each with a header that says that it is the next one.
 */
final class SplitHeaders {
  private static final int FIRST_BYTES = 1 << 19;
  private static final int GROWTH = 4;
  private static final int MOST_BYTES = 1 << 28;

  private final int named;
  private final boolean mayBeWhole;
  private final List<Path> files = new ArrayList<>();
  private @Nullable GgufFile first;
  private int count;

  /**
   * Nothing yet.
   *
   * @param named how many files there are by their names
   * @param mayBeWhole whether the first file may also be all of the model: put together since, it
   *     kept its name
   */
  SplitHeaders(int named, boolean mayBeWhole) {
    this.named = named;
    this.mayBeWhole = mayBeWhole;
  }

  List<Path> files() {
    return List.copyOf(files);
  }

  /** Whether the first file says that it is all. */
  boolean whole() {
    return count == 1;
  }

  /**
   * Takes the next file.
   *
   * @throws DownloadException with {@code wrong_parts} when the first says another number than the
   *     names
   * @throws io.wasmchord.errors.MalformedGgufException when it is not the next part of the model
   */
  void add(Path file) {
    GgufFile header = header(file);
    if (first == null) {
      first = header;
      count = SplitGguf.count(header);
      if (count != named && !(whole() && mayBeWhole)) {
        throw wrong(file);
      }
    } else {
      SplitGguf.requireSplit(first, header, files.size(), count);
    }
    files.add(file);
  }

  private DownloadException wrong(Path file) {
    return new DownloadException(
        Kind.WRONG_PARTS,
        file
            + ": the name says that the model is in "
            + named
            + " files, its header says "
            + count
            + "; give the files the names that they had when the model was split");
  }

  private static GgufFile header(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      byte[] bytes = new byte[0];
      for (int length = FIRST_BYTES;
          bytes.length < size && length <= MOST_BYTES;
          length *= GROWTH) {
        byte[] more = in.readNBytes(length - bytes.length);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);
        bytes = longer;
        GgufFile header = GgufReader.tryParse(HeapMemory.wrap(bytes), size, file.toString());
        if (header != null) {
          return header;
        }
      }
    } catch (IOException e) {
      throw PartialFile.failed(file, e);
    }
    throw new DownloadException(
        Kind.NOT_A_MODEL, file + " ends inside its header; get the file once more");
  }
}
