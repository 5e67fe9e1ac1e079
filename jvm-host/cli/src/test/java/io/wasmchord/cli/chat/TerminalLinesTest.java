package io.wasmchord.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.api.GenerationParams;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.cli.terminal.TerminalLines;
import io.wasmchord.host.Clock;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.Session;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a terminal. */
public class TerminalLinesTest {
  private static final String CTRL_C = "\u0003";

  @TempDir Path folder;
  private final StringWriter printed = new StringWriter();
  private int exits;

  private static Terminal terminal(String typed) throws IOException {
    return new DumbTerminal(
        new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
        new ByteArrayOutputStream());
  }

  /** Presses Ctrl-C when the third word of an answer has been printed. */
  private final class Impatient extends PrintWriter {
    private final Terminal terminal;
    private int words;

    Impatient(Terminal terminal) {
      super(printed);
      this.terminal = terminal;
    }

    @Override
    public void print(String text) {
      super.print(text);
      words = text.contains("la") ? words + 1 : 0;
      if (words == 3) {
        terminal.raise(Signal.INT);
      }
    }
  }

  @Test
  void anInterruptEndsTheAnswerAndTheChatGoesOn() throws IOException {
    Path model =
        new ScriptedModel()
            .control("<|assistant|>")
            .template("{{ messages | length }}<|assistant|>")
            .says("<|assistant|>", "la", "\u2581la", "la")
            .write(folder.resolve("endless.gguf"));
    Terminal terminal = terminal("Sing\nAgain\n/exit\n");
    try (LoadedModel loaded = LoadedModel.builder(model).threads(1).load();
        TerminalLines lines = new TerminalLines(terminal, () -> exits++)) {
      OpenSession session =
          new OpenSession(
              loaded, new Session(loaded.model(), loaded.tokenizer(), 500, Clock.system()));
      Answers answers =
          new Answers(
              (prompt, options) ->
                  new JournalFile().begin(loaded, session.session(), prompt, options),
              loaded.tokenizer(),
              new Impatient(terminal),
              lines,
              () ->
                  GenerationParams.defaults(0)
                      .withSampling(SamplerOptions.greedy())
                      .withMaxTokens(400));
      ChatFormat format =
          ChatFormat.of(ChatFormat.AUTO, loaded.file(), loaded.tokenizer(), () -> 0);
      StringWriter problems = new StringWriter();
      ChatOptions options = new ChatOptions();
      Conversation conversation =
          new Conversation(options, options.request(answers.params().get()), format, answers);
      new ChatTerminal(conversation, session, lines, new PrintWriter(problems)).run();
      assertEquals("", problems.toString());
    }
    assertEquals("la lala [interrupted]\n".repeat(2), printed.toString());
    assertEquals(0, exits);
  }

  @Test
  void aSecondInterruptEndsTheProgram() throws IOException {
    Terminal terminal = terminal("");
    TerminalLines lines = new TerminalLines(terminal, () -> exits++);
    lines.during(interrupted -> {
      terminal.raise(Signal.INT);
      assertTrue(interrupted.getAsBoolean());
      assertEquals(0, exits);
      terminal.raise(Signal.INT);
    });
    assertEquals(1, exits);
    lines.during(interrupted -> assertEquals(false, interrupted.getAsBoolean()));
    terminal.raise(Signal.INT);
    assertEquals(2, exits, "nothing is being answered");
  }

  @Test
  void linesEndWithTheInputOrAnInterrupt() throws IOException {
    TerminalLines lines = new TerminalLines(terminal("Hi there!\n"), () -> exits++);
    assertEquals("Hi there!", lines.read());
    assertNull(lines.read());
    TerminalLines stopped = new TerminalLines(terminal("Hal" + CTRL_C), () -> exits++);
    assertNull(stopped.read());
    assertEquals(0, exits);
  }

  private static void reads(String typed, String... texts) throws IOException {
    try (TerminalLines lines = new TerminalLines(terminal(typed), () -> {})) {
      for (String text : texts) {
        assertEquals(text, lines.read());
      }
      assertNull(lines.read());
    }
  }

  @Test
  void aTextMayHaveSeveralLines() throws IOException {
    reads("One \\\nand more\nTwo\n", "One \nand more", "Two");
    reads("\"\"\"\nfirst\n\nsecond \\\n\"\"\"\nnext\n", "first\n\nsecond \\", "next");
    reads("with Alt\u001B\rEnter\n", "with Alt\nEnter");
    reads("it's \"plain\" \\n !here\n", "it's \"plain\" \\n !here");
  }

  @Test
  void whatWasTypedIsKeptForTheNextChat() throws IOException {
    Path history = folder.resolve("history");
    try (TerminalLines lines =
        new TerminalLines(terminal("Say\\\nthis\n"), () -> {}, List.of(), history)) {
      lines.read();
    }
    assertTrue(Files.readString(history).endsWith(":Say\\\\\\nthis\n"), Files.readString(history));
  }
}
