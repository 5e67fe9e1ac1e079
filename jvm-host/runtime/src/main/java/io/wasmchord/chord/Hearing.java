package io.wasmchord.chord;

import io.wasmchord.api.NamedToolCall;
import io.wasmchord.api.ToolRunner;
import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.ToolCall;
import java.util.List;
import java.util.function.Consumer;

/** Hears an answer, with the calls in it, and tells its pieces. */
final class Hearing implements ToolRunner.Listener {
  private final Consumer<Piece> to;
  private final StringBuilder reasoning = new StringBuilder(); // of the last round

  Hearing(Consumer<Piece> to) {
    this.to = to;
  }

  /** What listens to a round beside the runner. */
  AnswerListener beside(AnswerListener runner) {
    reasoning.setLength(0);
    return new AnswerListener() {
      @Override
      public boolean onReasoning(String text) {
        reasoning.append(text);
        to.accept(new Piece.Reasoning(text));
        return runner.onReasoning(text);
      }

      @Override
      public boolean onAnswer(String text) {
        to.accept(new Piece.Text(text));
        return runner.onAnswer(text);
      }

      @Override
      public boolean onToolCalls(List<ToolCall> calls, String written) {
        return runner.onToolCalls(calls, written);
      }
    };
  }

  @Override
  public void onCall(String id, ToolCall call) {
    to.accept(new Piece.Called(new NamedToolCall(id, call)));
  }

  @Override
  public void onResult(String id, ToolCall call, String result) {
    to.accept(new Piece.Told(new NamedToolCall(id, call), result));
  }

  Reply reply(ToolRunner.Outcome outcome) {
    return new Reply(
        outcome.text(), reasoning.toString(), outcome.left(), outcome.messages(), outcome.last());
  }
}
