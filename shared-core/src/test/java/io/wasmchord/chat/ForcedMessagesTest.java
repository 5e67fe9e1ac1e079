package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.constraint.TokenConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls of families whose answers consist of messages. */
class ForcedMessagesTest {
  private static final class Heard implements AnswerListener {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder streamed = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean onReasoning(String more) {
      return true;
    }

    @Override
    public boolean onAnswer(String more) {
      text.append(more);
      return true;
    }

    @Override
    public boolean onToolCallBegun(String name) {
      streamed.append(name);
      return true;
    }

    @Override
    public boolean onToolArguments(String piece) {
      streamed.append(piece);
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      return calls.addAll(found);
    }
  }

  private static void assertForced(MessageFormat format, Set<String> control, String prompt)
      throws Exception {
    Random random = new Random(5);
    ForcedCalls vocabulary = new ForcedCalls(control.isEmpty() ? Set.of(">>>") : control, control);
    Spelling spelling = new Spelling(control, Set.of());
    OfferedTools offered = new OfferedTools(ForcedCalls.TOOLS);
    for (ToolChoice choice : List.of(ToolChoice.REQUIRED, ToolChoice.of("weather"))) {
      CallFrames calls = new CallFrames(offered, choice, spelling);
      TokenConstraint constraint =
          vocabulary.constraint(format.calls(calls, format.opens(prompt), true, null));
      for (int walk = 0; walk < 6; walk++) {
        List<Integer> made = vocabulary.walk(constraint, random);
        Heard heard = new Heard();
        MessageBodies bodies = new MessageBodies(heard, offered, true, true);
        MessageReader reader = format.reader(prompt, vocabulary.marks(), bodies);
        vocabulary.read(made, reader);
        reader.end();
        String said = vocabulary.text(made);
        assertEquals("", heard.text.toString().strip(), said);
        assertFalse(heard.calls.isEmpty(), said);
        assertTrue(choice.several() || heard.calls.size() == 1, said);
        StringBuilder whole = new StringBuilder();
        for (ToolCall call : heard.calls) {
          assertEquals(Set.of(), ForcedCalls.wrong(call), said);
          whole.append(call.name()).append(call.arguments());
        }
        assertEquals(whole.toString(), heard.streamed.toString());
      }
    }
  }

  @Test
  void gptOss() throws Exception {
    assertForced(MessageFormat.HARMONY, Set.copyOf(HarmonyReader.MARKERS), "<|start|>assistant");
  }

  @Test
  void functionary() throws Exception {
    assertForced(MessageFormat.RECIPIENTS, Set.of(), "Hi\n>>>");
    assertForced(MessageFormat.RECIPIENTS, Set.of(), "Hi\n");
  }
}
