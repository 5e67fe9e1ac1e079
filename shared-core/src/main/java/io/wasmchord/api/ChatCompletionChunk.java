package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of the answer to a conversation.
 *
 * @param logprobs of the content that it brings, or JSON's null
 * @param totals of the last chunk; null before
 */
public record ChatCompletionChunk(
    AnswerHead head, Delta delta, JsonValue logprobs, @Nullable Totals totals) {
  /** OpenAI's shape. */
  public JsonObject json() {
    return Totals.put(
        totals,
        head.with("chat.completion.chunk", "delta", delta.json(), logprobs, Totals.reason(totals)));
  }
}
