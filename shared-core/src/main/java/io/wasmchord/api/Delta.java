package io.wasmchord.api;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
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
   * Whole calls of tools.
   *
   * @param first how many calls of the answer came before
   */
  record Calls(int first, List<NamedToolCall> calls) implements Delta {
    public Calls {
      calls = List.copyOf(calls);
    }
  }

  /** The end. */
  record Nothing() implements Delta {}

  /** OpenAI's shape. */
  default JsonObject json() {
    return switch (this) {
      case Role role -> JsonObject.of("role", JsonValue.of("assistant"));
      case Content(String text) -> JsonObject.of("content", JsonValue.of(text));
      case Reasoning(String text) -> JsonObject.of("reasoning_content", JsonValue.of(text));
      case Calls(int first, List<NamedToolCall> calls) -> {
        List<JsonValue> numbered = new ArrayList<>();
        for (NamedToolCall call : calls) {
          numbered.add(
              JsonObject.builder()
                  .put("index", first + numbered.size())
                  .putAll(call.json())
                  .build());
        }
        yield JsonObject.of("tool_calls", JsonValue.of(numbered));
      }
      case Nothing nothing -> JsonObject.empty();
    };
  }
}
