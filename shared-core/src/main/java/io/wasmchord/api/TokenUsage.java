package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.speculation.Proposals;
import java.util.List;

/**
 * How many tokens an answer took.
 *
 * @param cachedTokens of the prompt's, those that were still in the cache
 * @param proposals tokens that were proposed ahead of the model
 */
public record TokenUsage(
    int promptTokens, int cachedTokens, int completionTokens, Proposals proposals) {
  static TokenUsage of(GenerationResult result) {
    return new TokenUsage(
        result.promptTokens(), result.cachedTokens(), result.tokens().length, result.proposals());
  }

  /**
   * Of several answers to some prompts, each of which counts once.
   *
   * @param each so many answers to the same prompt are beside each other
   */
  static TokenUsage of(List<GenerationResult> results, int each) {
    int prompt = 0;
    int cached = 0;
    for (int i = 0; i < results.size(); i += each) {
      prompt += results.get(i).promptTokens();
      cached += results.get(i).cachedTokens();
    }
    int completion = results.stream().mapToInt(result -> result.tokens().length).sum();
    Proposals proposals =
        results.stream().map(GenerationResult::proposals).reduce(Proposals.NONE, Proposals::plus);
    return new TokenUsage(prompt, cached, completion, proposals);
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
        .put(
            "completion_tokens_details",
            JsonObject.builder()
                .put("accepted_prediction_tokens", proposals.accepted())
                .put("rejected_prediction_tokens", proposals.rejected())
                .build())
        .put("total_tokens", promptTokens + completionTokens)
        .build();
  }
}
