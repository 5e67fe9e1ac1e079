package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;
import java.util.List;

/**
 * How many tokens an answer took.
 *
 * @param cachedTokens of the prompt's, those that were still in the cache
 */
public record TokenUsage(int promptTokens, int cachedTokens, int completionTokens) {
  static TokenUsage of(GenerationResult result) {
    return new TokenUsage(result.promptTokens(), result.cachedTokens(), result.tokens().length);
  }

  /** Of several answers to one prompt, which counts once. */
  static TokenUsage of(List<GenerationResult> results) {
    TokenUsage first = of(results.getFirst());
    int completion = results.stream().mapToInt(result -> result.tokens().length).sum();
    return new TokenUsage(first.promptTokens, first.cachedTokens, completion);
  }

  /** OpenAI's shape for what was only read. */
  static JsonObject ofInput(int tokens) {
    return JsonObject.builder().put("prompt_tokens", tokens).put("total_tokens", tokens).build();
  }

  /** OpenAI's shape. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("prompt_tokens", promptTokens)
        .put(
            "prompt_tokens_details",
            JsonObject.builder().put("cached_tokens", cachedTokens).build())
        .put("cached_tokens", cachedTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens)
        .build();
  }
}
