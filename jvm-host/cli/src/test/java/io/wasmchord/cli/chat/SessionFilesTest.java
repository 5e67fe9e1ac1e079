package io.wasmchord.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
