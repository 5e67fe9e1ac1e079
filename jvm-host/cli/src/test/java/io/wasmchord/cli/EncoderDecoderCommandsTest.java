package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a model whose encoder takes the prompt. */
class EncoderDecoderCommandsTest {
  private static final String PROMPT = "translate this: the caf\u00E9.";

  @TempDir private Path folder;
  private String t5 = "";

  @BeforeEach
  void write() throws IOException {
    t5 = TinyFiles.file("t5").write(folder.resolve("t5.gguf")).toString();
  }

  private String answer() {
    try (LoadedModel model = LoadedModel.builder(Path.of(t5)).threads(2).load();
        Session session = model.session()) {
      GenerationOptions options = new GenerationOptions(9, List.of(), SamplerOptions.greedy());
      int[] prompt = model.tokenizer().encode(PROMPT, true, true);
      return session.generate(prompt, options, text -> true, RunControl.NONE).text();
    }
  }

  @Test
  void runGivesTheDecodersText() {
    String expected = answer().trim();
    assertTrue(!expected.isEmpty(), "no text");
    String[] run = {"run", "-m", t5, "--temp", "0", "-n", "9", "-p", PROMPT};
    CliOutput output = CliOutput.of(run);
    assertEquals(0, output.code(), output.err());
    assertEquals(expected, output.out().trim());
    String refused = CliOutput.of("run", "-m", t5, "--memory-budget", "1k", "-p", PROMPT).err();
    String least = refused.replaceAll("(?s).*at least (\\d+) bytes.*", "$1");
    CliOutput streamed =
        CliOutput.of(
            "run", "-m", t5, "--memory-budget", least, "--temp", "0", "-n", "9", "-p", PROMPT);
    assertEquals(0, streamed.code(), streamed.err());
    assertEquals(expected, streamed.out().trim());
  }

  @Test
  void aChatIsRefused() {
    CliOutput output = CliOutput.of("run", "-m", t5, "--chat", "-p", PROMPT);
    assertEquals(1, output.code());
    assertTrue(output.err().contains("encoder-decoder without a chat template"), output.err());
  }

  @Test
  void aLongTextIsRefusedAndAnEmptyOneIsNot() {
    CliOutput output = CliOutput.of("run", "-m", t5, "--ctx", "20", "-p", "q".repeat(20));
    assertEquals(1, output.code());
    assertTrue(output.err().contains("22 tokens, the context 20"), output.err());
    CliOutput empty = CliOutput.of("run", "-m", t5, "--temp", "0", "-n", "2", "-p", "");
    assertEquals(0, empty.code(), empty.err());
  }

  @Test
  void embedGivesTheEncodersVectors() throws IOException {
    String encoder = TinyFiles.file("t5encoder").write(folder.resolve("encoder.gguf")).toString();
    for (String file : List.of(t5, encoder)) {
      CliOutput output = CliOutput.of("embed", "-m", file, "the caf\u00E9", "a walrus");
      assertEquals(0, output.code(), output.err());
      assertEquals(32, output.json().get("data").get(1).get("embedding").size());
    }
    CliOutput run = CliOutput.of("run", "-m", encoder, "-p", "a");
    assertEquals(1, run.code());
    assertTrue(run.err().contains("embedding model (t5encoder)"), run.err());
  }

  /** The decoder is fed with its start in place of the first token. */
  @Test
  void logitsAreThoseOfTheDecoder() {
    Path rows = folder.resolve("rows.f32");
    CliOutput output =
        CliOutput.of(
            "logits", "-m", t5, "--tokens", "9,8,7", "--greedy", "2", "--out", rows.toString());
    assertEquals(0, output.code(), output.err());
    assertEquals(4 * 40 * (3 + 1), rows.toFile().length());
  }
}
