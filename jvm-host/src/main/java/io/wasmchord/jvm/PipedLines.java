package io.wasmchord.jvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of standard input that is no terminal. Ctrl-C ends the program. */
final class PipedLines implements LineInput {
  private final PrintWriter out;
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  PipedLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public @Nullable String read() throws IOException {
    out.print("> ");
    out.flush();
    return in.readLine();
  }

  @Override
  public boolean interactive() {
    return false;
  }

  @Override
  public void during(Answer answer) {
    answer.run(() -> false);
  }

  @Override
  public void close() {} // standard input stays open
}
