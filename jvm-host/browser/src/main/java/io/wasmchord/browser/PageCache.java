package io.wasmchord.browser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system has in memory of files. */
final class PageCache {
  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches"); // Linux; root may write it
  private static final int STEP = 8 << 20;

  private PageCache() {}

  /** Whether the system can be made to forget. */
  static boolean canDrop() {
    return Files.isWritable(DROP);
  }

  /** Makes the system forget what it has of files; false where it cannot be made to. */
  static boolean drop() {
    try {
      if (!canDrop() || new ProcessBuilder("sync").inheritIO().start().waitFor() != 0) {
        return false;
      }
      Files.writeString(DROP, "1\n");
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Bytes a second of a file that is read from its start to its end, forgotten if that can be. */
  static double coldRate(Path file) throws IOException {
    drop();
    ByteBuffer buffer = ByteBuffer.allocateDirect(STEP);
    long start = System.nanoTime();
    long bytes = 0;
    try (FileChannel channel = FileChannel.open(file)) {
      for (int read; (read = channel.read(buffer.clear())) > 0; ) {
        bytes += read;
      }
    }
    return 1e9 * bytes / (System.nanoTime() - start);
  }
}
