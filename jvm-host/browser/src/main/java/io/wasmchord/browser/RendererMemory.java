package io.wasmchord.browser;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the processes of a browser's pages hold. */
public final class RendererMemory {
  private RendererMemory() {}

  /** The most memory that any page's process of a running Chromium held, or -1. */
  public static long peakBytes() {
    long most = -1;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        most = Math.max(most, peak(process));
      }
    } catch (IOException e) {
      return -1;
    }
    return most;
  }

  private static long peak(Path process) {
    try {
      if (!Files.readString(process.resolve("cmdline")).contains("--type=renderer")) {
        return -1;
      }
      for (String line : Files.readAllLines(process.resolve("status"))) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return -1; // it ended in the meantime
    }
    return -1;
  }
}
