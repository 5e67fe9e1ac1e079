package io.wasmchord.cli.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jline.keymap.KeyMap;
import org.jline.reader.Binding;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are edited in a terminal, with the ones before at hand. Alt-Enter begins a line within
 * one, as do a backslash at the end and three quotes around it. Ctrl-C stops an answer; at the
 * prompt, or when an answer does not stop, it ends the program.
 */
public final class TerminalLines implements LineInput {
  /** The exit code of what the user ended with Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private static final String PROMPT = "> ";
  private static final String BRIGHT = "\u001B[1;36m";
  private static final String NORMAL = "\u001B[0m";

  private final Terminal terminal;
  private final LineReader reader;
  private final Runnable exit;
  private volatile boolean answering;
  private volatile boolean interrupted;

  /**
   * @param exit ends the program
   */
  public TerminalLines(Terminal terminal, Runnable exit) {
    this(terminal, exit, List.of(), null);
  }

  /**
   * @param exit ends the program
   * @param words that the Tab key completes
   * @param history keeps what was typed from one run to the next, or null
   */
  public TerminalLines(
      Terminal terminal, Runnable exit, List<String> words, @Nullable Path history) {
    this.terminal = terminal;
    this.exit = exit;
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(new LongLines())
            .completer(new StringsCompleter(words))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true); // a '!' is text
    if (history != null) {
      builder.variable(LineReader.HISTORY_FILE, history);
    }
    this.reader = builder.build();
    KeyMap<Binding> keys = Objects.requireNonNull(reader.getKeyMaps().get(LineReader.MAIN));
    Widget newLine =
        () -> {
          reader.getBuffer().write("\n");
          return true;
        };
    keys.bind(newLine, KeyMap.alt('\r'), KeyMap.alt('\n'));
    terminal.handle(Signal.INT, signal -> interrupt());
  }

  /** The terminal, where standard input and output are one; else the lines as they are piped in. */
  public static LineInput open() {
    return open(List.of(), null);
  }

  /**
   * The same, with words to complete and a history that stays.
   *
   * @param history or null for none
   */
  public static LineInput open(List<String> words, @Nullable Path history) {
    if (!present()) {
      return new PipedLines();
    }
    try {
      Terminal terminal = TerminalBuilder.builder().system(true).dumb(false).build();
      return new TerminalLines(terminal, () -> System.exit(INTERRUPTED), words, history);
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
    return present()
        && System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(System.getenv("TERM"));
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
      return LongLines.meant(reader.readLine(styled() ? BRIGHT + PROMPT + NORMAL : PROMPT));
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
