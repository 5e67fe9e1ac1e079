package io.wasmchord.cli.terminal;

import io.wasmchord.jvm.FileException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Standard output that does not keep a failure to itself, as {@link java.io.PrintStream} does: a
 * command whose output reaches nobody ends at once.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private final boolean piped;
  private boolean failed; // and what is still buffered above is thrown away

  /**
   * @param piped whether a program reads it: then it fails because that has ended, in whatever
   *     language the system says so
   */
  public StandardOutput(OutputStream out, boolean piped) {
    this.out = out;
    this.piped = piped;
  }

  /** This process's. */
  public static StandardOutput own() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out), pipe());
  }

  private static boolean pipe() {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return name.startsWith("pipe:") || name.startsWith("socket:");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // another system
    }
  }

  /** Standard output has failed. */
  public static final class FailedException extends RuntimeException {
    private final IOException reason;
    private final boolean piped;

    public FailedException(IOException reason, boolean piped) {
      super(reason);
      this.reason = reason;
      this.piped = piped;
    }

    /** Whether its reader has gone, as {@code head} does when it has enough. */
    public boolean unwanted() {
      return piped || String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    public String reason() {
      return FileException.reason(reason);
    }
  }

  /** What writes. */
  private interface Step {
    void run() throws IOException;
  }

  private void attempt(Step step) {
    if (failed) {
      return;
    }
    try {
      step.run();
    } catch (IOException e) {
      failed = true;
      throw new FailedException(e, piped);
    }
  }

  @Override
  public void write(int b) {
    attempt(() -> out.write(b));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    attempt(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() {
    attempt(out::flush);
  }
}
