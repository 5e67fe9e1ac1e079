package io.wasmchord.cli.terminal;

import io.wasmchord.host.RunControl;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows progress on a terminal; a file or a pipe gets none. */
public record Progress(PrintWriter err) implements RunControl {
  private static final int WIDTH = 40; // of a line while layers or weights are loaded

  @Override
  public void progress(String phase, long done, long total) {
    if (TerminalLines.present()) {
      err.print(line(phase, done, total));
      err.flush();
    }
  }

  /** Clears the last line: what comes next begins at its start. */
  public void end() {
    if (TerminalLines.present()) {
      err.print("\r" + " ".repeat(WIDTH) + "\r");
      err.flush();
    }
  }

  /** What is written over the line before. */
  public static String line(String phase, long done, long total) {
    String size = phase.startsWith("download") ? bytes(done) : "";
    if (total <= 0) {
      return size.isEmpty() ? "" : "\r" + phase + " " + size + " ";
    }
    String of = size.isEmpty() ? "" : " (" + size + " of " + bytes(total) + ")";
    return "\r" + phase + " " + 100 * done / total + "%" + of + " " + (done == total ? "\n" : "");
  }

  /** Bytes for people, as in 4.1 MB. */
  public static String bytes(long bytes) {
    return bytes >= 1e9
        ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
        : bytes >= 1e6
            ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
            : String.format(Locale.ROOT, "%d bytes", bytes);
  }
}
