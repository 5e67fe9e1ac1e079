package io.wasmchord.api;

import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;

/**
 * A call of a tool in an answer.
 *
 * @param id what the tool's answer names as {@code tool_call_id}
 */
public record NamedToolCall(String id, ToolCall call) {
  JsonObject json() {
    return call.value(id);
  }
}
