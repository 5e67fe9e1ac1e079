package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/**
 * Vectors of texts.
 *
 * @param tokens of all texts
 */
public record EmbeddingList(List<JsonObject> data, String model, int tokens) {
  public EmbeddingList {
    data = List.copyOf(data);
  }

  /** OpenAI's shape. */
  public JsonObject json() {
    return JsonObject.builder()
        .put("object", "list")
        .put("data", JsonValue.of(data))
        .put("model", model)
        .put(
            "usage",
            JsonObject.builder().put("prompt_tokens", tokens).put("total_tokens", tokens).build())
        .build();
  }
}
