package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/**
 * What stands at the head of an answer and of each of its chunks.
 *
 * @param id names the answer
 * @param created seconds since 1970
 * @param model the model's name
 * @param index of the choice that it is about
 */
public record AnswerHead(String id, long created, String model, int index) {
  /** The head of the first choice, or of the only one. */
  public AnswerHead(String id, long created, String model) {
    this(id, created, model, 0);
  }

  /** The same for another choice. */
  public AnswerHead ofChoice(int other) {
    return new AnswerHead(id, created, model, other);
  }

  /**
   * The head of an object whose only choice has {@code content} under {@code name}.
   *
   * @param logprobs of the content, or JSON's null
   */
  JsonObject.Builder with(
      String object, String name, JsonValue content, JsonValue logprobs, JsonValue finishReason) {
    JsonObject choice =
        JsonObject.builder()
            .put("index", index)
            .put(name, content)
            .put("logprobs", logprobs)
            .put("finish_reason", finishReason)
            .build();
    return JsonObject.builder()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model)
        .put("choices", JsonValue.of(List.of(choice)));
  }
}
