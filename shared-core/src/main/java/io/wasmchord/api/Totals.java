package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationResult;
import org.jspecify.annotations.Nullable;

/** What is known when an answer has ended. */
public record Totals(AnswerEnd finishReason, TokenUsage usage, Timings timings) {
  /** The totals of a generation; {@code loadMs} is how long the model's load took. */
  public static Totals of(GenerationResult result, double loadMs) {
    return new Totals(AnswerEnd.of(result), TokenUsage.of(result), Timings.of(result, loadMs));
  }

  /** The same for an answer that calls tools, if it has ended of itself. */
  Totals callingTools() {
    return finishReason == AnswerEnd.STOP ? new Totals(AnswerEnd.TOOL_CALLS, usage, timings) : this;
  }

  static JsonValue reason(@Nullable Totals totals) {
    return totals == null ? JsonValue.ofNull() : JsonValue.of(totals.finishReason.word());
  }

  static JsonObject put(@Nullable Totals totals, JsonObject.Builder answer) {
    if (totals != null) {
      answer.put("usage", totals.usage.json());
      answer.put("timings", totals.timings.json());
    }
    return answer.build();
  }
}
