package io.wasmchord.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete commands and options. */
@Command(
    name = "completions",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script that makes a shell complete commands and options.",
      "bash: add 'source <(chord completions bash)' to ~/.bashrc.",
      "zsh: add the same, with zsh, to ~/.zshrc, after compinit.",
      "fish: chord completions fish > ~/.config/fish/completions/chord.fish"
    })
public final class CompletionsCommand implements Callable<Integer> {
  /** What the script chord does itself, where it is what was called. */
  private static final Map<String, String> LAUNCHER =
      new TreeMap<>(
          Map.of(
              "test", "Builds and tests everything.",
              "npm", "Makes the npm package.",
              "dist", "Makes one file of all commands.",
              "docs", "Makes the documentation, with Javadoc.",
              "kernels", "Writes the kernels that the engine emits."));

  private enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CommandLine all = new CommandLine(new ChordCli());
    if (System.getProperty("chord.root") != null) {
      LAUNCHER.forEach((name, purpose) -> {
        CommandSpec command = CommandSpec.create();
        command.usageMessage().description(purpose);
        all.addSubcommand(name, command);
      });
    }
    out.print(
        switch (shell) {
          case BASH, ZSH -> AutoComplete.bash("chord", all); // it knows in which of them it is
          case FISH -> FishCompletion.of(all.getCommandSpec());
        });
    out.flush();
    return 0;
  }
}
