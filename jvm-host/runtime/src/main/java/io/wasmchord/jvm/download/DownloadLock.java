package io.wasmchord.jvm.download;

import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to write one download. The empty lock file stays: deleting it would let two processes
 * lock two files of the same name. The lock itself ends with the process, however that ends.
 */
final class DownloadLock implements AutoCloseable {
  /** What this process holds: closing a second channel to a locked file would unlock it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DownloadLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock for {@code target}.
   *
   * @throws DownloadException with {@code download_in_progress} when somebody has it, with {@code
   *     file_error} when the directory cannot be written
   */
  static DownloadLock take(Path target) {
    Path file = target.resolveSibling(target.getFileName() + ".lock").toAbsolutePath().normalize();
    if (!HELD.add(file)) {
      throw busy(target);
    }
    FileChannel channel = null;
    try {
      Files.createDirectories(file.resolveSibling(""));
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw busy(target);
      }
      return new DownloadLock(file, channel);
    } catch (IOException | DownloadException e) {
      release(file, channel);
      throw e instanceof DownloadException known
          ? known
          : PartialFile.failed(file, (IOException) e);
    }
  }

  private static DownloadException busy(Path target) {
    return new DownloadException(
        Kind.DOWNLOAD_IN_PROGRESS,
        target + " is being downloaded by another process; wait until it is done");
  }

  private static void release(Path file, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw PartialFile.failed(file, e);
    } finally {
      HELD.remove(file);
    }
  }

  @Override
  public void close() {
    release(file, channel);
  }
}
