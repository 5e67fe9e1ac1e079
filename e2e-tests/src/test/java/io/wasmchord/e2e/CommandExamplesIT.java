package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.BrowserBenchCommand;
import io.wasmchord.browser.BrowserEmbeddingsCommand;
import io.wasmchord.browser.BrowserKernelsCommand;
import io.wasmchord.browser.BrowserLogitsCommand;
import io.wasmchord.browser.KernelsCommand;
import io.wasmchord.cli.ChordCli;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands that the pages show are commands, and so are their options. */
class CommandExamplesIT {
  private static final Pattern LINE = Pattern.compile("^\\s*(?:\\./)?chord ([a-z].*)");
  private static final Pattern IN_TEXT = Pattern.compile("`(?:\\./)?chord ([a-z][^`]*)`");
  private static final Pattern WORD =
      Pattern.compile("\\$\\([^)]*\\)|\"([^\"]*)\"|'([^']*)'|([^\\s\"'#]\\S*)|(#.*)");

  /** Those of which the launcher knows more than the command line that it starts. */
  private static final Set<String> ELSEWHERE = Set.of("--kernels", "--tokenizer", "--embeddings");

  /**
   * @param whole whether it is shown to be copied, not only named
   */
  private record Shown(String place, boolean whole, List<String> words) {}

  private static Stream<Shown> commands(Path page) {
    List<Shown> found = new ArrayList<>();
    List<String> lines = DocExample.lines(page);
    for (int at = 0; at < lines.size(); at++) {
      String place = DocExample.ROOT.relativize(page) + ":" + (at + 1);
      Matcher whole = LINE.matcher(lines.get(at));
      if (whole.find()) {
        found.add(new Shown(place, true, words(whole.group(1))));
      } else {
        IN_TEXT
            .matcher(lines.get(at))
            .results()
            .forEach(hit -> found.add(new Shown(place, false, words(hit.group(1)))));
      }
    }
    return found.stream();
  }

  /** As a shell divides them. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find() && word.group(4) == null) {
      words.add(word.group(1) != null ? word.group(1) : word.group());
    }
    return words;
  }

  private static Object command(List<String> words) {
    boolean browser = words.contains("--browser");
    return switch (words.getFirst()) {
      case "kernels" -> new KernelsCommand();
      case "logits" -> browser ? new BrowserLogitsCommand() : new ChordCli();
      case "bench" -> {
        Object measured =
            words.contains("--embeddings")
                ? new BrowserEmbeddingsCommand()
                : words.contains("--kernels")
                    ? new BrowserKernelsCommand()
                    : new BrowserBenchCommand();
        yield browser ? measured : new ChordCli();
      }
      default -> new ChordCli();
    };
  }

  private static String refusal(Shown shown) {
    Object command = command(shown.words);
    List<String> words =
        command instanceof ChordCli ? shown.words : shown.words.subList(1, shown.words.size());
    try {
      new CommandLine(command)
          .setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(words.toArray(String[]::new));
      return "";
    } catch (ParameterException e) {
      boolean unknown = e instanceof UnmatchedArgumentException;
      return shown.whole || unknown ? shown.place + ": " + e.getMessage() : "";
    }
  }

  @Test
  void areUnderstood() {
    List<Shown> shown =
        DocExample.pages().stream()
            .flatMap(CommandExamplesIT::commands)
            .filter(command -> !command.words.getFirst().matches("test|demo|npm|dist|docs"))
            .filter(c ->
                c.words.contains("--browser") || c.words.stream().noneMatch(ELSEWHERE::contains))
            .toList();
    assertTrue(shown.size() > 60, shown.size() + " are found");
    assertEquals(
        List.of(),
        shown.stream().map(CommandExamplesIT::refusal).filter(said -> !said.isEmpty()).toList());
  }
}
