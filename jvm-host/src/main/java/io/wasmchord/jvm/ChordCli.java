package io.wasmchord.jvm;

import io.wasmchord.ChordException;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line. */
@Command(
    name = "chord",
    mixinStandardHelpOptions = true,
    version = "wasm-chord 0.1.0",
    description = "Runs GGUF language models.",
    subcommands = {
      RunCommand.class,
      EmbedCommand.class,
      InspectCommand.class,
      TokenizeCommand.class,
      DetokenizeCommand.class,
      LogitsCommand.class,
      BenchCommand.class,
      QuantizeCommand.class,
      SynthCommand.class,
      CacheCommand.class,
      DemoCommand.class
    })
public final class ChordCli {
  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
  private boolean debug;

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    ChordCli cli = new ChordCli();
    CommandLine line = new CommandLine(cli).setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      if (!(e instanceof ChordException) || cli.debug) {
        e.printStackTrace(command.getErr());
      }
      command.getErr().println("chord: " + message(e));
      return 1;
    });
    return line.execute(args);
  }

  /** What a message quotes of a file must not reach the terminal as a command. */
  private static String message(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .map(Texts::visible)
        .collect(Collectors.joining("\n"));
  }
}
