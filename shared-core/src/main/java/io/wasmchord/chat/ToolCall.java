package io.wasmchord.chat;

import io.wasmchord.json.JsonObject;

/**
 * A call of a tool that a model asks for.
 *
 * @param name the name of a tool that was offered
 * @param arguments a JSON object, as the model wrote it
 */
public record ToolCall(String name, String arguments) {
  /**
   * The call as an element of a message's {@code tool_calls}, in OpenAI's shape.
   *
   * @param id what the tool's answer names as {@code tool_call_id}; some templates want exactly
   *     nine letters and digits
   */
  public JsonObject value(String id) {
    return JsonObject.builder()
        .put("id", id)
        .put("type", "function")
        .put("function", JsonObject.builder().put("name", name).put("arguments", arguments).build())
        .build();
  }
}
