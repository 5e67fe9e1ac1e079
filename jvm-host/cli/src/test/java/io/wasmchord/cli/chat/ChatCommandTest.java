package io.wasmchord.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord chat}, whose lines come from a pipe here. */
class ChatCommandTest {
  @TempDir Path folder;
  private Path model;

  /** Says how many messages there are, the first one's role and all that they have. */
  @BeforeEach
  void model() throws IOException {
    model =
        new ScriptedModel()
            .control("<|assistant|>", "<|end|>")
            .template(
                "{% if messages[-1].content == 'show' %}"
                    + "{{ raise_exception(messages | map(attribute='content') | join(',')) }}{% endif %}<|assistant|>")
            .says("<|assistant|>", "Yes", "<|end|>")
            .write(folder.resolve("yes.gguf"));
  }

  private CliOutput chat(String typed, String... more) {
    String[] all = new String[more.length + 5];
    System.arraycopy(new String[] {"chat", "--temp", "0", "-m", model.toString()}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CliOutput.typed(typed, all);
  }

  private void shows(String expected, String typed, String... more) {
    CliOutput output = chat(typed + "show\n", more);
    assertEquals(1, output.code(), output.err());
    assertTrue(output.err().contains(" line 1: " + expected + ";"), output.err());
  }

  @Test
  void commandsChangeTheConversation() {
    shows("a,Yes,b,Yes,show", "a\nb\n");
    shows("show", "a\n/new\n");
    shows("a,Yes,show", "a\n/retry\n");
    shows("Kind.,a,Yes,show", "a\n/system Kind.\n");
    shows("Short.,show", "/system Short.\na\n/new\n", "--system", "Kind.");
    shows("a,Yes,show", "a\n/system -\n", "--system", "Kind.");
    shows("/help,Yes,/etc/hosts is what?,Yes,show", " /help\n/etc/hosts is what?\n");
  }

  @Test
  void aConversationIsKeptAndGoneOnWith() {
    String file = folder.resolve("kept.session").toString();
    CliOutput output = chat("a\n/save " + file + "\n/new\nb\n/exit\nc\n");
    assertEquals("Yes\nYes\n", output.out());
    assertTrue(output.err().contains("kept in " + file), output.err());
    shows("a,Yes,show", "b\n/load " + file + "\n");
    shows("a,Yes,b,Yes,show", "/load " + file + "\nb\n");
  }

  @Test
  void wrongCommandsAreSaid() {
    fails("/halp is no command; /help lists them", "/halp\n");
    fails("/save needs a file", "/save\n");
    fails("/new takes nothing", "/new chat\n");
    fails("there is none", "/retry\n");
    fails("absent", "/load " + folder.resolve("absent") + "\n");
    CliOutput help = chat("/help\n");
    ChatCommands.words().forEach(word -> assertTrue(help.err().contains(word), word));
    CliOutput system = chat("/system\n/system Be kind.\n/system\n");
    assertEquals("there are no instructions\nBe kind.\n", system.err());
  }

  private void fails(String reason, String typed) {
    CliOutput output = chat(typed);
    assertEquals(1, output.code());
    assertTrue(output.err().startsWith("chord: ") && output.err().contains(reason), output.err());
  }

  @Test
  void theHistoryIsItsOwners() throws IOException {
    assertEquals(Path.of("/x/wasm-chord"), ChatHistory.directory(Map.of("XDG_STATE_HOME", "/x")));
    Path file = ChatHistory.in(folder.resolve("state"));
    assertNotNull(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(file, ChatHistory.in(folder.resolve("state")));
    assertNull(ChatHistory.in(Files.createFile(folder.resolve("file")).resolve("below")));
  }
}
