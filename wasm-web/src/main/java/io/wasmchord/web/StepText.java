package io.wasmchord.web;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.TokenListener;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The text of one generation, step by step; a chat's reasoning and calls of tools apart. */
final class StepText implements AnswerListener {
  private final StringBuilder answer = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final AnswerReader reader;

  /**
   * @param reader makes what reads the answer, for whoever listens to it
   */
  StepText(Function<AnswerListener, AnswerReader> reader) {
    this.reader = reader.apply(this);
  }

  /** All text is the answer; markers that are tokens are spelled. */
  static StepText whole(Tokenizer tokenizer) {
    return new StepText(listener -> AnswerReader.plain(tokenizer, listener));
  }

  /** What takes the generation's tokens. */
  TokenListener listener() {
    return reader;
  }

  @Override
  public boolean onReasoning(String text) {
    reasoning.append(text);
    return true;
  }

  @Override
  public boolean onAnswer(String text) {
    answer.append(text);
    return true;
  }

  @Override
  public boolean onToolCalls(List<ToolCall> found, String written) {
    calls.addAll(found);
    return true;
  }

  /** What has come since the last call, as {@code text}, {@code reasoning} and {@code calls}. */
  JsonObject.Builder take(boolean more) {
    if (!more) {
      reader.end();
    }
    JsonObject.Builder json =
        JsonObject.builder()
            .put("more", more)
            .put("reasoning", reasoning.toString())
            .put("text", answer.toString())
            .put("calls", JsonValue.of(calls.stream().map(StepText::json).toList()));
    reasoning.setLength(0);
    answer.setLength(0);
    calls.clear();
    return json;
  }

  private static JsonObject json(ToolCall call) {
    return JsonObject.builder().put("name", call.name()).put("arguments", call.arguments()).build();
  }
}
