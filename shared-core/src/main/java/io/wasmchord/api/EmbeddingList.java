package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/**
 * The answer with vectors of texts, but for the vectors: the host puts them under {@code data}, as
 * it has them, since they may be too many for values of JSON.
 *
 * @param tokens of all texts
 */
public record EmbeddingList(String model, int tokens) {
  /** OpenAI's shape, with an empty list for {@code data}. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("object", "list")
        .put("data", JsonValue.of(List.of()))
        .put("model", model)
        .put("usage", TokenUsage.ofInput(tokens))
        .build();
  }
}
