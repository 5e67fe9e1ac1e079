package io.wasmchord.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import io.wasmchord.jvm.JournaledAnswer;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations and texts that commands hand on to each other through files. */
class SessionFilesTest {
  private static final String DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf").toString();

  @TempDir private Path folder;

  private static CliOutput run(String... more) {
    String[] all = new String[more.length + 7];
    System.arraycopy(new String[] {"run", "-m", DEMO, "--temp", "0", "-n", "8"}, 0, all, 0, 7);
    System.arraycopy(more, 0, all, 7, more.length);
    CliOutput output = CliOutput.of(all);
    assertEquals(0, output.code(), output.err());
    return output;
  }

  @Test
  void aTextGoesOnWhereItWasSaved() throws IOException {
    String file = folder.resolve("text.session").toString();
    String first = run("-p", "Once upon a time", "--save-session", file).out().stripTrailing();
    String second = run("-p", " and", "--load-session", file).out();
    assertEquals(run("-p", "Once upon a time" + first + " and").out(), second);
    assertFalse(second.isBlank());
    Path damaged = folder.resolve("damaged");
    Files.write(damaged, new byte[] {1, 2, 3});
    CliOutput refused =
        CliOutput.of("run", "-m", DEMO, "-p", "x", "--load-session", damaged.toString());
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("no session that can be restored"), refused.err());
  }

  @Test
  void aConversationGoesOnWhereItWasSaved() {
    String file = folder.resolve("chat.session").toString();
    run("--chat", "-p", "What is the capital of Japan?", "--save-session", file);
    String same = run("--chat", "-p", "And of France?", "--load-session", file).out();
    String again =
        run("--chat", "-p", "And of France?", "--load-session", file, "--save-session", file).out();
    assertEquals(same, again);
    run("--chat", "-p", "And of Spain?", "--load-session", file);
  }

  /** Interrupted by whatever ends a program after some steps; of another prompt it is refused. */
  @Test
  void anAnswerGoesOnFromItsJournal() {
    Path file = folder.resolve("answer.journal");
    String[] asked = {"-p", "Once upon a time", "--journal", file.toString()};
    String whole = run(asked).out();
    assertFalse(Files.exists(file), "it has ended");
    GenerationOptions options = new GenerationOptions(8, List.of(), SamplerOptions.greedy());
    try (LoadedModel model = LoadedModel.builder(Path.of(DEMO)).load();
        Session session = model.session()) {
      int[] prompt = model.tokenizer().encode("Once upon a time", true, true);
      JournaledAnswer answer = model.journaled(session, prompt, options, file);
      for (int step = 0; step < 4; step++) {
        assertTrue(answer.step(text -> true));
      }
      answer.close();
    }
    CliOutput other =
        CliOutput.of("run", "-m", DEMO, "--temp", "0", "-p", "x", "--journal", file.toString());
    assertEquals(1, other.code());
    assertTrue(other.err().contains("keeps the answer to another prompt"), other.err());
    assertEquals(whole, run(asked).out());
    assertFalse(Files.exists(file), "it has ended");
    CliOutput none = CliOutput.of("run", "-m", DEMO, "--journal", file.toString());
    assertTrue(none.code() != 0 && none.err().contains("with -p"), none.err());
  }
}
