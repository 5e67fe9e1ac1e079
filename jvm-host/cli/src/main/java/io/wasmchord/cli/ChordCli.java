package io.wasmchord.cli;

import io.wasmchord.cli.bench.BenchCommand;
import io.wasmchord.cli.chat.RunCommand;
import io.wasmchord.cli.demo.DemoCommand;
import io.wasmchord.cli.files.CacheCommand;
import io.wasmchord.cli.files.ClassifyCommand;
import io.wasmchord.cli.files.DetokenizeCommand;
import io.wasmchord.cli.files.EmbedCommand;
import io.wasmchord.cli.files.InspectCommand;
import io.wasmchord.cli.files.LogitsCommand;
import io.wasmchord.cli.files.PerplexityCommand;
import io.wasmchord.cli.files.QuantizeCommand;
import io.wasmchord.cli.files.RerankCommand;
import io.wasmchord.cli.files.SynthCommand;
import io.wasmchord.cli.files.TokenizeCommand;
import io.wasmchord.cli.serve.ServeCommand;
import io.wasmchord.cli.terminal.StandardOutput;
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
      RerankCommand.class,
      ClassifyCommand.class,
      InspectCommand.class,
      TokenizeCommand.class,
      DetokenizeCommand.class,
      LogitsCommand.class,
      PerplexityCommand.class,
      BenchCommand.class,
      QuantizeCommand.class,
      SynthCommand.class,
      CacheCommand.class,
      DemoCommand.class,
      ServeCommand.class
    })
public final class ChordCli {
  @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces.")
  @SuppressWarnings("UnusedVariable") // the runner looks for it, also where parsing fails
  private boolean debug;

  /** See {@link CommandRunner#run} for the exit codes. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(new ChordCli(), args));
  }

  public static int run(String... args) {
    return CommandRunner.run(new ChordCli(), new StandardOutput(System.out, false), args);
  }
}
