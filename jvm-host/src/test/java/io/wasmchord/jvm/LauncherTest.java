package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The script in front of the command line. */
class LauncherTest {
  static List<String> commands() {
    return List.copyOf(new CommandLine(ChordCli.class).getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void knowsAndShowsEveryCommand(String command) throws IOException {
    String script = Files.readString(Path.of(System.getProperty("chord.root"), "chord"));
    assertTrue(
        Pattern.compile("(?m)^  (\\S+\\|)?" + command + "(\\|\\S+)?\\)").matcher(script).find(),
        "starts it");
    assertTrue(Pattern.compile("(?m)^  chord " + command + " ").matcher(script).find(), "shows it");
  }
}
