package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/**
 * The answer to a conversation in one piece.
 *
 * @param reasoning what the model thought before; empty where it did not
 * @param logprobs of the content, or JSON's null
 */
public record ChatCompletion(
    AnswerHead head,
    String content,
    String reasoning,
    List<NamedToolCall> calls,
    JsonValue logprobs,
    Totals totals) {
  public ChatCompletion {
    calls = List.copyOf(calls);
  }

  /** OpenAI's shape. */
  public JsonObject json() {
    JsonObject.Builder message =
        JsonObject.builder()
            .put("role", "assistant")
            .put(
                "content",
                content.isEmpty() && !calls.isEmpty() ? JsonValue.ofNull() : JsonValue.of(content))
            .put("refusal", JsonValue.ofNull());
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning);
    }
    if (!calls.isEmpty()) {
      message.put("tool_calls", JsonValue.of(calls.stream().map(NamedToolCall::json).toList()));
    }
    return Totals.put(
        totals,
        head.with("chat.completion", "message", message.build(), logprobs, Totals.reason(totals)));
  }
}
