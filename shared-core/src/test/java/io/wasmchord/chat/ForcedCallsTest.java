package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.constraint.TokenConstraint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model must write to call tools is read as calls, whatever it chooses. */
class ForcedCallsTest {
  private static final int WALKS = 2;

  private record Read(String text, List<ToolCall> calls, String streamed) {}

  private static Read read(ForcedCalls vocabulary, ToolCallFormat format, List<Integer> made) {
    StringBuilder text = new StringBuilder();
    StringBuilder streamed = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    AnswerListener listener =
        new AnswerListener() {
          @Override
          public boolean onReasoning(String more) {
            throw new AssertionError(more);
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
            assertFalse(piece.isEmpty());
            streamed.append(piece);
            return true;
          }

          @Override
          public boolean onToolCalls(List<ToolCall> found, String written) {
            return calls.addAll(found);
          }
        };
    ToolCallSplitter splitter =
        new ToolCallSplitter(
            format,
            format.patterns(),
            vocabulary.marks(),
            new OfferedTools(ForcedCalls.TOOLS),
            listener,
            true);
    vocabulary.read(made, splitter);
    splitter.end();
    return new Read(text.toString(), calls, streamed.toString());
  }

  private static Set<String> markers(ToolCallFormat format) {
    Set<String> markers = new LinkedHashSet<>(format.withinMarkers());
    format.patterns().forEach(pattern -> markers.addAll(pattern.markers()));
    markers.remove("");
    return markers;
  }

  private static Set<String> control(ToolCallFormat format) {
    Set<String> control = markers(format);
    control.removeIf(each ->
        !each.startsWith("<|")
            && !each.contains("tool")
            && !each.contains("DSML｜")
            && !each.startsWith("[")
            && !each.startsWith("]"));
    if (!format.withinMarkers().isEmpty()) {
      control = format.withinMarkers();
    }
    return control;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsForcedIsRead(ToolCallFormat format) throws Exception {
    Random random = new Random(format.ordinal());
    for (boolean asControl : new boolean[] {true, false}) {
      Set<String> control = asControl ? control(format) : Set.of();
      ForcedCalls vocabulary = new ForcedCalls(markers(format), control);
      Spelling spelling = new Spelling(control, format.withinMarkers());
      for (ToolChoice choice :
          List.of(
              ToolChoice.REQUIRED,
              ToolChoice.REQUIRED.withoutSeveral(),
              ToolChoice.of("weather"))) {
        CallFrames calls = new CallFrames(new OfferedTools(ForcedCalls.TOOLS), choice, spelling);
        List<ToolCallPattern> patterns = format.written(new ToolCallShape.Written(""), spelling);
        assertFalse(patterns.isEmpty());
        for (ToolCallPattern pattern : patterns) {
          TokenConstraint constraint = vocabulary.constraint(calls.alone(List.of(pattern)));
          for (int walk = 0; walk < WALKS; walk++) {
            List<Integer> made = vocabulary.walk(constraint, random);
            Read read = read(vocabulary, format, made);
            String said = format + " wrote " + vocabulary.text(made) + " read as " + read;
            assertEquals("", read.text().strip(), said);
            assertFalse(read.calls().isEmpty(), said);
            assertTrue(choice.several() || read.calls().size() == 1, said);
            assertStreams(read, said);
            int cut = random.nextInt(made.size());
            assertStreams(read(vocabulary, format, made.subList(0, cut)), said + " cut at " + cut);
            for (ToolCall call : read.calls()) {
              assertTrue(choice.names().isEmpty() || choice.names().contains(call.name()), said);
              assertEquals(Set.of(), ForcedCalls.wrong(call), said);
            }
          }
        }
      }
    }
  }

  /** What has come early, if anything has, is what the calls are in the end. */
  private static void assertStreams(Read read, String said) {
    StringBuilder whole = new StringBuilder();
    read.calls().forEach(call -> whole.append(call.name()).append(call.arguments()));
    assertTrue(read.streamed().isEmpty() || read.streamed().contentEquals(whole), said);
  }

  /** Free text, and calls in it that are whole. */
  @ParameterizedTest
  @EnumSource
  void amongTextACallThatIsOpenedIsWhole(ToolCallFormat format) throws Exception {
    Random random = new Random(3);
    Set<String> control = control(format);
    ForcedCalls vocabulary = new ForcedCalls(markers(format), control);
    Spelling spelling = new Spelling(control, format.withinMarkers());
    ToolChoice choice = ToolChoice.AUTO.withoutSeveral();
    CallFrames calls = new CallFrames(new OfferedTools(ForcedCalls.TOOLS), choice, spelling);
    if (format.wholeAnswer()) {
      return;
    }
    List<ToolCallPattern> patterns = format.written(new ToolCallShape.Written(""), spelling);
    TokenConstraint constraint =
        vocabulary.constraint(calls.amongText(patterns, format.forgiven()));
    TokenConstraint alone = vocabulary.constraint(calls.alone(List.of(patterns.getFirst())));
    List<Integer> opening = new ArrayList<>(List.of((int) 'H', (int) 'm'));
    opening.addAll(vocabulary.beginning(alone));
    for (int walk = 0; walk < 4; walk++) {
      List<Integer> made = vocabulary.walk(constraint, opening, random);
      Read read = read(vocabulary, format, made);
      assertEquals("Hm", read.text().strip(), vocabulary.text(made));
      assertEquals(1, read.calls().size(), vocabulary.text(made));
      assertEquals(Set.of(), ForcedCalls.wrong(read.calls().getFirst()), vocabulary.text(made));
    }
    read(vocabulary, format, vocabulary.walk(constraint, random));
  }
}
