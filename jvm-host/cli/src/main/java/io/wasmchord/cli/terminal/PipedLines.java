package io.wasmchord.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of standard input that is no terminal, without a prompt: whoever pipes them in reads only
 * answers. Ctrl-C ends the program.
 */
public final class PipedLines implements LineInput {
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  @Override
  public @Nullable String read() throws IOException {
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
