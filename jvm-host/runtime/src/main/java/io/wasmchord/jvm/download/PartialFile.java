package io.wasmchord.jvm.download;

import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file as far as it has come, with its journal and the digests of its bytes. Bytes are only
 * ever added at the end, and all of them are from one version of the source.
 */
final class PartialFile implements AutoCloseable {
  /** The ending of a part's name. */
  static final String PART = ".part";

  /** The ending of a journal's name. */
  static final String JOURNAL = ".journal";

  /** The ending of the name of a whole file's record. */
  static final String INFO = ".info";

  // A killed process loses so much at most, whichever is less.
  private static final long JOURNAL_BYTES = 16L << 20;
  private static final long JOURNAL_NANOS = 2_000_000_000L;

  private final DownloadRequest request;
  private final Path path;
  private final Path journal;
  private final FileChannel channel;
  private final ChunkDigests digests = new ChunkDigests();
  private Source source = Source.UNKNOWN;
  private long complete;
  private long journaled;
  private long journaledAt = System.nanoTime();

  private PartialFile(DownloadRequest request) throws IOException {
    this.request = request;
    this.path = request.beside(PART);
    this.journal = request.beside(JOURNAL);
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Opens what an earlier run left, or an empty part. Bytes are dropped from the first chunk on
   * that is not what the journal says.
   */
  static PartialFile open(DownloadRequest request, RunControl control) {
    Path path = request.beside(PART);
    try {
      PartialFile part = new PartialFile(request);
      try {
        part.recover(control);
      } catch (IOException | RuntimeException e) {
        part.channel.close();
        throw e;
      }
      return part;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private void recover(RunControl control) throws IOException {
    Journal left = Journal.read(journal);
    boolean valid =
        left != null
            && left.url().equals(address())
            && left.complete() >= 0
            && left.complete() <= channel.size();
    if (left != null && valid) {
      source = left.source();
      complete = digests.recover(channel, left.complete(), left.chunks(), control);
      journaled = complete;
    }
    channel.truncate(complete);
  }

  private String address() {
    return PublicAddress.kept(request.address().uri());
  }

  /** Bytes on disk, from the beginning of the file. */
  long complete() {
    return complete;
  }

  /** What the bytes are from. */
  Source source() {
    return source;
  }

  /** Drops what there is; what is written next is from {@code source}. */
  void begin(Source source) {
    this.source = source;
    complete = 0;
    digests.reset();
    try {
      channel.truncate(0);
    } catch (IOException e) {
      throw failed(path, e);
    }
    save();
  }

  /** Notes the size of a file whose end was only seen when it came. */
  void end() {
    source = new Source(source.etag(), source.lastModified(), source.sha256(), complete);
  }

  /** Adds the bytes that {@code buffer} holds. */
  void append(ByteBuffer buffer) {
    digests.update(buffer.duplicate());
    try {
      while (buffer.hasRemaining()) {
        complete += channel.write(buffer, complete);
      }
    } catch (IOException e) {
      throw failed(path, e);
    }
    if (complete - journaled >= JOURNAL_BYTES || System.nanoTime() - journaledAt >= JOURNAL_NANOS) {
      save();
    }
  }

  /** True if the first bytes are those of {@code magic}, as far as there are any. */
  boolean beginsWith(byte[] magic) {
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(magic.length, complete));
    try {
      while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {}
    } catch (IOException e) {
      throw failed(path, e);
    }
    return head.flip().equals(ByteBuffer.wrap(magic, 0, head.remaining()));
  }

  /** Makes what is written count in the next run too. */
  void save() {
    try {
      channel.force(false); // the journal must never promise what the disk does not have
      new Journal(address(), source, complete, digests.chunks()).write(journal);
    } catch (IOException e) {
      throw failed(path, e);
    }
    journaled = complete;
    journaledAt = System.nanoTime();
  }

  /** The digest of all bytes. */
  String digest() {
    return digests.whole();
  }

  /** Gives the file its name, with a record of what it is. */
  void finish(String sha256) {
    try {
      channel.force(true);
      channel.close();
      Source whole = new Source(source.etag(), source.lastModified(), sha256, complete);
      Files.deleteIfExists(request.target()); // the record must never stand beside other bytes
      new Journal(address(), whole, complete, List.of()).write(request.beside(INFO));
      Files.move(path, request.target(), StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Removes the part and its journal. */
  void delete() {
    try {
      channel.close();
      Files.deleteIfExists(path);
      Files.deleteIfExists(journal);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Keeps what came for the next run; nothing, if nothing came. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    if (complete == 0) {
      delete();
      return;
    }
    try (channel) {
      save();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** The error for a file that cannot be read or written. */
  static DownloadException failed(Path file, IOException e) {
    String reason = e.getClass().getSimpleName() + ", " + e.getMessage();
    if (String.valueOf(e.getMessage()).contains("No space left")) {
      return new DownloadException(
          Kind.OUT_OF_DISK,
          file + ": the disk is full; free some space, or name another disk with --cache-dir",
          e);
    }
    return new DownloadException(
        Kind.FILE_ERROR,
        file + " cannot be read or written (" + reason + "); name a folder with --cache-dir",
        e);
  }

  /** The SHA-256 of a whole file. */
  static String digest(Path file, RunControl control) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return ChunkDigests.of(channel, control);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /**
   * Reads a file that was not downloaded.
   *
   * @throws DownloadException with {@code digest_mismatch} when its SHA-256 is another
   */
  static void check(Path file, String sha256, RunControl control) {
    String actual = digest(file, control);
    if (!actual.equals(sha256)) {
      throw new DownloadException(
          Kind.DIGEST_MISMATCH,
          file + ": the SHA-256 is " + actual + ", not " + sha256 + "; it is another file");
    }
  }
}
