package io.wasmchord.cli;

import io.wasmchord.cli.terminal.StandardOutput;
import io.wasmchord.cli.terminal.Texts;
import io.wasmchord.errors.ChordException;
import io.wasmchord.jvm.FileException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs commands. What goes wrong is one line on standard error and an exit code that is not 0; a
 * stack trace is shown only where {@code --debug} or {@code CHORD_DEBUG} asks for it.
 */
public final class CommandRunner {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int UNWANTED = 141; // as of a program that SIGPIPE ended
  private static final String DEBUG = "CHORD_DEBUG";

  private CommandRunner() {}

  /**
   * Runs {@code command} with standard output.
   *
   * @return 0 done, 1 failed, 2 wrong usage, 130 interrupted, 141 nobody reads the output
   */
  public static int run(Object command, String... args) {
    return run(command, StandardOutput.own(), args);
  }

  static int run(Object command, StandardOutput standardOutput, String... args) {
    PrintWriter out = writer(standardOutput, "stdout.encoding");
    CommandLine line =
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(out)
            .setErr(writer(System.err, "stderr.encoding"));
    if (lost(args)) {
      say(
          line,
          "an argument has characters that the locale has not; set LC_ALL to one of UTF-8, such as"
              + " C.UTF-8");
      return USAGE;
    }
    boolean debug = Arrays.asList(args).contains("--debug") || System.getenv(DEBUG) != null;
    line.setParameterExceptionHandler((e, arguments) -> usage(e));
    line.setExecutionStrategy(parsed -> execute(line, parsed, debug));
    line.setExecutionExceptionHandler((e, failing, parsed) -> failed(line, e, debug));
    try {
      int code = line.execute(args);
      out.flush();
      return code;
    } catch (StandardOutput.FailedException | OutOfMemoryError e) {
      return failed(line, e, debug);
    }
  }

  /** Whether the JVM, which reads arguments by the locale, has replaced what it could not read. */
  private static boolean lost(String... args) {
    return !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))
        && Arrays.stream(args).anyMatch(argument -> argument.indexOf('\uFFFD') >= 0);
  }

  /** In the terminal's charset, or in UTF-8 where that has only the letters of English. */
  private static PrintWriter writer(OutputStream out, String property) {
    Charset named = Charset.forName(System.getProperty(property, "UTF-8"), StandardCharsets.UTF_8);
    Charset charset = named.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : named;
    return new PrintWriter(new OutputStreamWriter(out, charset), true);
  }

  /** Help is printed here too, and may be as unwanted as other output. */
  private static int execute(CommandLine line, ParseResult parsed, boolean debug) {
    try {
      return new RunLast().execute(parsed);
    } catch (StandardOutput.FailedException e) {
      return failed(line, e, debug);
    }
  }

  private static int usage(ParameterException e) {
    CommandLine line = e.getCommandLine();
    say(line, e.getMessage() + "; see " + line.getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  private static int failed(CommandLine line, Throwable e, boolean debug) {
    if (e instanceof StandardOutput.FailedException output && output.unwanted()) {
      return UNWANTED;
    }
    if (debug) {
      e.printStackTrace(line.getErr());
    }
    say(line, reason(e));
    return FAILED;
  }

  private static String reason(Throwable e) {
    return switch (e) {
      case ChordException known -> String.valueOf(known.getMessage());
      case StandardOutput.FailedException output ->
          "standard output cannot be written: " + output.reason();
      case UncheckedIOException io -> named(Objects.requireNonNull(io.getCause()));
      case IOException io -> named(io);
      case OutOfMemoryError memory ->
          "the JVM has no memory left (%s); CHORD_JAVA_OPTS=-Xmx8g gives it 8 GB"
              .formatted(memory.getMessage());
      case IllegalStateException state -> String.valueOf(state.getMessage());
      default -> "an error of wasm-chord's own, %s; %s=1 shows where".formatted(e, DEBUG);
    };
  }

  private static String named(IOException e) {
    String reason = FileException.reason(e);
    return e instanceof FileSystemException file && file.getFile() != null
        ? file.getFile() + ": " + reason
        : reason;
  }

  /** One line; what it quotes of a file must not reach the terminal as a command. */
  private static void say(CommandLine line, String message) {
    String one =
        message.lines().map(String::strip).map(Texts::visible).collect(Collectors.joining(" "));
    line.getErr().println("chord: " + one);
    line.getErr().flush();
  }
}
