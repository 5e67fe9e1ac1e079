package io.wasmchord.api;

import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/** What has come of a chat's answer: a chunk of one kind, or nothing. */
public sealed interface Delta {
  /** Before everything else: who speaks. */
  record Role() implements Delta {}

  /** A chunk of the text. */
  record Content(String text) implements Delta {}

  /** A chunk of what the model thinks before it answers. */
  record Reasoning(String text) implements Delta {}

  /**
   * A call of a tool begins.
   *
   * @param index how many calls of the answer came before
   */
  record CallBegins(int index, String id, String name) implements Delta {}

  /**
   * A piece of a call's arguments.
   *
   * @param index of the call
   */
  record Arguments(int index, String piece) implements Delta {}

  /** The end. */
  record Nothing() implements Delta {}

  /** OpenAI's shape. */
  default JsonObject json() {
    return switch (this) {
      case Role role -> JsonObject.of("role", JsonValue.of("assistant"));
      case Content(String text) -> JsonObject.of("content", JsonValue.of(text));
      case Reasoning(String text) -> JsonObject.of("reasoning_content", JsonValue.of(text));
      case CallBegins(int index, String id, String name) ->
          call(
              JsonObject.builder()
                  .put("index", index)
                  .putAll(new ToolCall(name, "").value(id))
                  .build());
      case Arguments(int index, String piece) ->
          call(
              JsonObject.builder()
                  .put("index", index)
                  .put("function", JsonObject.of("arguments", JsonValue.of(piece)))
                  .build());
      case Nothing nothing -> JsonObject.empty();
    };
  }

  private static JsonObject call(JsonObject call) {
    return JsonObject.of("tool_calls", JsonValue.of(List.of(call)));
  }
}
