package io.wasmchord.cli.terminal;

import java.io.Console;
import java.io.IOException;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are edited in a terminal, with the ones before at hand. Ctrl-C stops an answer; at the
 * prompt, or when an answer does not stop, it ends the program.
 */
public final class TerminalLines implements LineInput {
  /** The exit code of what the user ended with Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private final Terminal terminal;
  private final LineReader reader;
  private final Runnable exit;
  private volatile boolean answering;
  private volatile boolean interrupted;

  /**
   * @param exit ends the program
   */
  public TerminalLines(Terminal terminal, Runnable exit) {
    this.terminal = terminal;
    this.exit = exit;
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // a '!' is text
            .build();
    terminal.handle(Signal.INT, signal -> interrupt());
  }

  /** The terminal, where standard input and output are one; else the lines as they are piped in. */
  public static LineInput open() {
    if (!present()) {
      return new PipedLines();
    }
    try {
      Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).build();
      return new TerminalLines(terminal, () -> System.exit(INTERRUPTED));
    } catch (IOException | IllegalStateException e) {
      return new PipedLines(); // a terminal that cannot be driven
    }
  }

  /** Whether standard input and output are a terminal. */
  static boolean present() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Whether that terminal takes escape sequences for colours and the like. */
  public static boolean styled() {
    return present() && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
  }

  private void interrupt() {
    if (!answering || interrupted) {
      terminal.puts(Capability.exit_attribute_mode); // the answer may be printing dimly
      terminal.flush();
      exit.run();
    }
    interrupted = true;
  }

  @Override
  public @Nullable String read() {
    try {
      return reader.readLine("> ");
    } catch (UserInterruptException | EndOfFileException e) {
      return null;
    }
  }

  @Override
  public boolean interactive() {
    return true;
  }

  @Override
  public void during(Answer answer) {
    interrupted = false;
    answering = true;
    try {
      answer.run(() -> interrupted);
    } finally {
      answering = false;
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
