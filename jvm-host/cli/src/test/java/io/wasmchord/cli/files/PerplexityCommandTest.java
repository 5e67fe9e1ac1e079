package io.wasmchord.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord perplexity} with the demo model, and {@code chord run --logprobs}. */
class PerplexityCommandTest {
  private static final String DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf").toString();

  @TempDir private Path folder;
  private Path text = Path.of("text");

  @BeforeEach
  void write() throws IOException {
    text = folder.resolve("text.txt");
    Files.writeString(
        text, "Once upon a time there was a little fox who liked to sing. ".repeat(8));
  }

  private CliOutput run(String... more) {
    List<String> all = new ArrayList<>(List.of("perplexity", "-m", DEMO, "--ctx", "24"));
    all.addAll(List.of(more));
    return CliOutput.of(all.toArray(String[]::new));
  }

  @Test
  void measuresSavesAndCompares() {
    String file = text.toString();
    Path saved = folder.resolve("logits.bin");
    CliOutput plain = run("-f", file, "--chunks", "2");
    assertEquals(0, plain.code(), plain.err());
    assertTrue(plain.out().startsWith("perplexity"), plain.out());
    assertTrue(plain.out().contains("(22 tokens)"), plain.out());
    assertTrue(plain.err().contains("[1]") && plain.err().contains("[2]"), plain.err());
    CliOutput saving = run("-f", file, "--chunks", "2", "--save-logits", saved.toString());
    assertEquals(plain.out(), saving.out());
    CliOutput itself = run("--kl-divergence", saved.toString());
    assertEquals(0, itself.code(), itself.err());
    assertTrue(itself.out().startsWith(plain.out().strip()), itself.out());
    assertTrue(itself.out().contains("same best token      100.000 %"), itself.out());
    CliOutput backends = run("-f", file, "--chunks", "1", "--against-backend", "scalar");
    assertTrue(backends.out().contains("largest              0.000000"), backends.out());
    CliOutput models = run("-f", file, "--stride", "6", "--chunks", "2", "--against", DEMO);
    assertTrue(models.out().contains("(12 tokens)"), models.out());
    assertTrue(models.out().contains("largest              0.000000"), models.out());
  }

  @Test
  void whatCannotBeMetIsRefusedInALine() throws IOException {
    Path saved = folder.resolve("logits.bin");
    assertRefused("no text is named", run());
    assertRefused("exclude each other", run("-f", text.toString(), "--kl-divergence", DEMO));
    assertRefused("is no file of logits", run("--kl-divergence", text.toString()));
    assertRefused(
        "exclude each other",
        run("-f", text.toString(), "--against", DEMO, "--save-logits", saved.toString()));
    assertRefused(
        "leave the stride out",
        run("-f", text.toString(), "--stride", "2", "--save-logits", saved.toString()));
    assertFalse(Files.exists(saved));
    assertRefused("a window has 2 tokens or more", run("-f", text.toString(), "--chunks", "-1"));
    Files.writeString(text, "Too short.");
    assertRefused("give a longer text", run("-f", text.toString()));
  }

  private static void assertRefused(String said, CliOutput output) {
    assertEquals(1, output.code());
    assertEquals("", output.out());
    assertTrue(output.err().contains(said), output.err());
  }

  @Test
  void runTellsHowLikelyEachTokenWas() {
    String[] asked = {"run", "-m", DEMO, "--temp", "0", "-n", "4", "-p", "Once upon a time"};
    String plain = CliOutput.of(asked).out();
    List<String> more = new ArrayList<>(List.of(asked));
    more.addAll(List.of("--logprobs", "2"));
    String told = CliOutput.of(more.toArray(String[]::new)).out();
    assertTrue(told.startsWith(plain), told);
    List<String> lines = told.substring(plain.length()).lines().toList();
    assertEquals(4, lines.size());
    for (String line : lines) {
      assertTrue(line.matches("-\\d+\\.\\d{4} \".*\"( \\| -\\d+\\.\\d{4} \".*\"){2}"), line);
    }
    more.set(more.size() - 1, "21");
    assertEquals(1, CliOutput.of(more.toArray(String[]::new)).code());
    assertEquals(1, CliOutput.of("run", "-m", DEMO, "-p", "x", "--logprobs-after-samplers").code());
  }
}
