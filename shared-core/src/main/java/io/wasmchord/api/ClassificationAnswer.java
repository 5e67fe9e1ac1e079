package io.wasmchord.api;

import io.wasmchord.classification.TextClassifier.Label;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer with labels of texts.
 *
 * @param texts labels of each, the best first
 * @param tokens of all texts
 */
public record ClassificationAnswer(String model, List<List<Label>> texts, int tokens) {
  public ClassificationAnswer {
    texts = List.copyOf(texts);
  }

  /** The answer as JSON: for each text the best label, and all that were wanted. */
  public JsonObject json() {
    List<JsonValue> data = new ArrayList<>();
    for (List<Label> labels : texts) {
      List<JsonValue> all = labels.stream().<JsonValue>map(l -> builder(l).build()).toList();
      data.add(
          JsonObject.builder()
              .put("object", "classification")
              .put("index", data.size())
              .putAll(builder(labels.getFirst()).build())
              .put("labels", JsonValue.of(all))
              .build());
    }
    return JsonObject.builder()
        .put("object", "list")
        .put("model", model)
        .put("data", JsonValue.of(data))
        .put("usage", TokenUsage.ofInput(tokens))
        .build();
  }

  private static JsonObject.Builder builder(Label label) {
    return JsonObject.builder().put("label", label.name()).put("score", label.score());
  }
}
