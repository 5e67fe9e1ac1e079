package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.api.ChatSession;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.api.SessionNotes;
import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.ContextOverflowException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations of the demo model that go on, part and come back. */
class ChatSessionTest {
  private static final GenerationParams PARAMS =
      GenerationParams.defaults(1).withSampling(SamplerOptions.greedy()).withMaxTokens(12);
  private static final Message SYSTEM = new Message(Role.SYSTEM, "Answer in one sentence.");
  private static final String QUESTION = "What is the capital of Japan?";
  private static final String LONG = "word ".repeat(70);

  @TempDir private Path folder;

  /** Hears an answer. */
  private static final class Heard implements AnswerListener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public boolean onReasoning(String piece) {
      return true;
    }

    @Override
    public boolean onAnswer(String piece) {
      text.append(piece);
      return true;
    }
  }

  private LoadedModel load(int context) throws IOException {
    Path file = DemoModel.file().write(folder.resolve("demo.gguf"));
    return LoadedModel.builder(file).threads(2).context(context).load();
  }

  private static String ask(ChatSession chat, String question) {
    Heard heard = new Heard();
    GenerationResult result = chat.prompt(question, PARAMS, heard, RunControl.NONE);
    assertTrue(result.promptTokens() > 0);
    assertEquals(heard.text.toString(), chat.messages().getLast().content());
    return heard.text.toString();
  }

  @Test
  void aConversationGoesOnPartsAndComesBack() throws IOException {
    Path file = folder.resolve("chat.session");
    try (LoadedModel model = load(256);
        ChatSession chat = model.chat(List.of(SYSTEM), ChatSession.Overflow.ERROR)) {
      ask(chat, QUESTION);
      assertEquals(3, chat.messages().size());
      model.save(chat, file);
      try (ChatSession copy = chat.copy();
          ChatSession restored = model.restoreChat(file, ChatSession.Overflow.ERROR)) {
        assertEquals(chat.messages(), restored.messages());
        String answer = ask(chat, "And of France?");
        assertEquals(answer, ask(copy, "And of France?"));
        assertEquals(answer, ask(restored, "And of France?"));
        chat.rewind(3);
        assertEquals(answer, ask(chat, "And of France?"));
        assertThrows(InvalidRequestException.class, () -> chat.rewind(6));
        List<Message> before = chat.messages();
        RunControl never =
            new RunControl() {
              @Override
              public boolean cancelled() {
                return true;
              }

              @Override
              public void progress(String phase, long done, long total) {}
            };
        assertThrows(
            CancelledException.class, () -> chat.prompt("More?", PARAMS, new Heard(), never));
        assertEquals(before, chat.messages());
        chat.append(List.of(new Message(Role.USER, "A remark.")));
        assertEquals(6, chat.messages().size());
      }
    }
  }

  @Test
  void aConversationThatIsTooLongIsRefusedOrSlides() throws IOException {
    try (LoadedModel model = load(64);
        ChatSession strict = model.chat(List.of(), ChatSession.Overflow.ERROR);
        ChatSession sliding = model.chat(List.of(SYSTEM), ChatSession.Overflow.SLIDE);
        ChatSession own =
            model.chat(List.of(), (messages, error) -> List.of(new Message(Role.USER, "Hi")));
        ChatSession stuck = model.chat(List.of(), (messages, error) -> messages)) {
      ContextOverflowException error =
          assertThrows(ContextOverflowException.class, () -> ask(strict, LONG));
      assertEquals("context_overflow", error.code());
      assertEquals(List.of(), strict.messages());
      for (int i = 0; i < 4; i++) {
        ask(sliding, QUESTION);
      }
      assertEquals(SYSTEM, sliding.messages().getFirst());
      assertTrue(sliding.messages().size() < 9, sliding.messages().toString());
      assertEquals(Role.USER, sliding.messages().get(1).role());
      assertThrows(ContextOverflowException.class, () -> ask(sliding, LONG));
      ask(own, LONG);
      assertEquals("Hi", own.messages().getFirst().content());
      assertThrows(ContextOverflowException.class, () -> ask(stuck, LONG));
    }
  }

  @Test
  void notesAreWhatPagesWriteToo() {
    String page =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\","
            + " \"content\": null, \"tool_calls\": [1]}], \"overflow\": \"slide\"}";
    SessionNotes notes = SessionNotes.parse(page);
    assertEquals(2, notes.messages().size());
    assertEquals(notes, SessionNotes.parse(notes.json()));
    for (String other : new String[] {"", "x", "[]", "{\"messages\": [{}]}", "{\"messages\": 1}"}) {
      assertEquals(List.of(), SessionNotes.parse(other).messages());
    }
  }
}
