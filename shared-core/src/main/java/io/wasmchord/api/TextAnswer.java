package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;
import java.util.List;

/** The continuation of a text, in the making. */
public final class TextAnswer implements Answer {
  private final AnswerHead head;
  private final GenerationParams params;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param params say whether the answer is wanted in chunks
   */
  public TextAnswer(AnswerHead head, GenerationParams params) {
    this.head = head;
    this.params = params;
  }

  /** A text has no reasoning apart from it. */
  @Override
  public boolean onReasoning(String chunk) {
    return onAnswer(chunk);
  }

  @Override
  public boolean onAnswer(String chunk) {
    text.append(chunk);
    return true;
  }

  @Override
  public List<JsonObject> chunks() {
    if (!params.stream() || text.isEmpty()) {
      return List.of();
    }
    JsonObject chunk = new TextCompletion(head, text.toString(), null).json();
    text.setLength(0);
    return List.of(chunk);
  }

  @Override
  public JsonObject end(GenerationResult result, double loadMs) {
    Totals totals = Totals.of(result, loadMs);
    return new TextCompletion(
            head,
            text.toString(),
            params.stream() && !params.includeUsage() ? totals.withoutUsage() : totals)
        .json();
  }
}
