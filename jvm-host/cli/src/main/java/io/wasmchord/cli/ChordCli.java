package io.wasmchord.cli;

import io.wasmchord.cli.bench.BenchCommand;
import io.wasmchord.cli.chat.ChatCommand;
import io.wasmchord.cli.chat.RunCommand;
import io.wasmchord.cli.demo.DemoCommand;
import io.wasmchord.cli.files.CacheCommand;
import io.wasmchord.cli.files.ClassifyCommand;
import io.wasmchord.cli.files.DetokenizeCommand;
import io.wasmchord.cli.files.EmbedCommand;
import io.wasmchord.cli.files.InspectCommand;
import io.wasmchord.cli.files.ListCommand;
import io.wasmchord.cli.files.LogitsCommand;
import io.wasmchord.cli.files.PerplexityCommand;
import io.wasmchord.cli.files.PullCommand;
import io.wasmchord.cli.files.QuantizeCommand;
import io.wasmchord.cli.files.RerankCommand;
import io.wasmchord.cli.files.SynthCommand;
import io.wasmchord.cli.files.TokenizeCommand;
import io.wasmchord.cli.serve.ServeCommand;
import io.wasmchord.cli.terminal.StandardOutput;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command line. */
@Command(
    subcommands = {
      ChatCommand.class,
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
      PullCommand.class,
      ListCommand.class,
      CacheCommand.class,
      DemoCommand.class,
      ServeCommand.class,
      CompletionsCommand.class
    })
public final class ChordCli extends ChordRoot {
  /** See {@link CommandRunner#run} for the exit codes. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(root(args), args));
  }

  public static int run(String... args) {
    return CommandRunner.run(root(args), new StandardOutput(System.out, false), args);
  }

  /**
   * With the command alone that is called first, if there is one: to read the options of all takes
   * longer than the first token of a small model. A command is called as its class is, without
   * "Command".
   */
  private static Object root(String... args) {
    Class<?>[] all = ChordCli.class.getAnnotation(Command.class).subcommands();
    Optional<Class<?>> called =
        Arrays.stream(all)
            .filter(command ->
                args.length > 0 && command.getSimpleName().equalsIgnoreCase(args[0] + "Command"))
            .findFirst();
    if (called.isEmpty()) {
      return new ChordCli();
    }
    CommandSpec root = CommandSpec.forAnnotatedObject(new ChordRoot());
    return root.addSubcommand(null, new CommandLine(called.get()));
  }
}
