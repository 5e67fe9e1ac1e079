package io.wasmchord.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A script for the shell fish, for which picocli has none. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();
  private final String program;

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandSpec root) {
    FishCompletion made = new FishCompletion(root.name());
    made.options(root, "__fish_use_subcommand");
    made.commands(root, "__fish_use_subcommand");
    return made.script.toString();
  }

  private void commands(CommandSpec parent, String condition) {
    for (Map.Entry<String, CommandLine> each : new TreeMap<>(parent.subcommands()).entrySet()) {
      CommandSpec command = each.getValue().getCommandSpec();
      line(condition, "-f -a " + each.getKey() + described(command.usageMessage().description()));
      String within = "__fish_seen_subcommand_from " + each.getKey();
      if (parent.parent() == null) {
        options(command, within);
        positional(command, within);
        commands(command, within);
      }
    }
  }

  private void options(CommandSpec command, String condition) {
    for (OptionSpec option : command.options()) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        String kind = name.startsWith("--") ? " -l " : name.length() == 2 ? " -s " : " -o ";
        names.append(kind).append(name.replaceFirst("^--?", ""));
      }
      String value =
          option.arity().max() == 0 ? "" : values(option.completionCandidates(), " -r -F");
      line(condition, names.toString().strip() + value + described(option.description()));
    }
  }

  private void positional(CommandSpec command, String condition) {
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      if (parameter.completionCandidates() != null) {
        line(condition, "-f" + values(parameter.completionCandidates(), ""));
      }
    }
  }

  private static String values(Iterable<String> candidates, String otherwise) {
    return candidates == null
        ? otherwise
        : " -x -a " + quoted(String.join(" ", candidates).toLowerCase(Locale.ROOT));
  }

  private static String described(String... text) {
    String first = List.of(text).isEmpty() ? "" : text[0].replaceFirst("[.,:]$", "");
    String plain = first.replaceAll("\\s*\\([^)]*\\$\\{[^)]*\\)|\\$\\{[^}]*\\}", "").strip();
    return plain.isEmpty() ? "" : " -d " + quoted(plain);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  private void line(String condition, String what) {
    script
        .append("complete -c ")
        .append(program)
        .append(" -n ")
        .append(quoted(condition))
        .append(' ')
        .append(what)
        .append('\n');
  }
}
