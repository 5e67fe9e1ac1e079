package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts are tried in the shells that are installed. */
class CompletionsTest {
  @TempDir Path folder;

  private Path script(String shell) throws IOException {
    CliOutput output = CliOutput.of("completions", shell);
    assertEquals(0, output.code(), output.err());
    return Files.writeString(folder.resolve("chord." + shell), output.out());
  }

  private List<String> says(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text.lines().map(line -> line.split("\t", 2)[0]).toList();
  }

  private static void assumeInstalled(String shell) {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", shell))
            || Files.isExecutable(Path.of("/bin", shell)),
        shell + " is not installed");
  }

  @Test
  void bashCompletes() throws Exception {
    String script =
        "source "
            + script("bash")
            + "; compopt() { :; }; COMP_WORDS=(chord run --thr); COMP_CWORD=2; _complete_chord; echo ${COMPREPLY[@]};"
            + "COMP_WORDS=(chord re); COMP_CWORD=1; _complete_chord; echo ${COMPREPLY[@]}";
    assertEquals(List.of("--threads", "rerank"), says("bash", "-c", script));
  }

  @Test
  void zshLoadsTheScript() throws Exception {
    Path script = script("zsh");
    assumeInstalled("zsh");
    says("zsh", "-f", "-c", "autoload -U compinit; compinit -D; source " + script);
  }

  @Test
  void fishCompletes() throws Exception {
    Path script = script("fish");
    assumeInstalled("fish");
    String source = "source " + script + "; complete -C ";
    assertEquals(List.of("--threads"), says("fish", "-N", "-c", source + "'chord run --thr'"));
    assertEquals(List.of("rerank"), says("fish", "-N", "-c", source + "'chord rer'"));
    assertTrue(
        says("fish", "-N", "-c", source + "'chord run --kv-cache '").containsAll(List.of("f16")));
    assertEquals(List.of("fish"), says("fish", "-N", "-c", source + "'chord completions f'"));
    assertEquals(List.of("delete"), says("fish", "-N", "-c", source + "'chord cache del'"));
  }
}
