package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of the answer to a conversation.
 *
 * @param totals of the last chunk; null before
 */
public record ChatCompletionChunk(AnswerHead head, Delta delta, @Nullable Totals totals) {
  /** OpenAI's shape. */
  public JsonObject json() {
    return Totals.put(
        totals, head.with("chat.completion.chunk", "delta", delta.json(), Totals.reason(totals)));
  }
}
