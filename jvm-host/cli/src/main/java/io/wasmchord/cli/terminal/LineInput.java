package io.wasmchord.cli.terminal;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The lines that someone types or pipes in, and the wish to stop an answer. */
public interface LineInput extends AutoCloseable {
  /** The next line after a prompt, or null at the end. */
  @Nullable String read() throws IOException;

  /** Whether a person sits there. */
  boolean interactive();

  /** Runs {@code answer}, which looks now and then whether it was asked to stop. */
  void during(Answer answer);

  /** What can be interrupted. */
  @FunctionalInterface
  interface Answer {
    void run(BooleanSupplier interrupted);
  }

  @Override
  void close() throws IOException;
}
