package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The continuation of a text, or a chunk of it.
 *
 * @param logprobs of its tokens, or JSON's null
 * @param totals of the whole and of the last chunk; null before
 */
public record TextCompletion(
    AnswerHead head, String text, JsonValue logprobs, @Nullable Totals totals) {
  /** OpenAI's shape. */
  public JsonObject json() {
    return Totals.put(
        totals,
        head.with("text_completion", "text", JsonValue.of(text), logprobs, Totals.reason(totals)));
  }
}
