package io.wasmchord.api;

import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/**
 * A call of a tool in an answer.
 *
 * @param id what the tool's answer names as {@code tool_call_id}
 */
public record NamedToolCall(String id, ToolCall call) {
  /**
   * What a model has said.
   *
   * @param reasoning before that, or an empty text
   * @param calls beside it
   */
  public static Message said(String text, String reasoning, List<NamedToolCall> calls) {
    JsonObject.Builder extra = JsonObject.builder();
    if (!reasoning.isEmpty()) {
      extra.put("reasoning_content", reasoning);
    }
    if (!calls.isEmpty()) {
      extra.put("tool_calls", JsonValue.of(calls.stream().map(NamedToolCall::json).toList()));
    }
    return new Message(Role.ASSISTANT, text, extra.build());
  }

  /** What the tool says to it. */
  public Message result(String text) {
    return new Message(
        Role.TOOL,
        text,
        JsonObject.builder().put("tool_call_id", id).put("name", call.name()).build());
  }

  JsonObject json() {
    return call.value(id);
  }
}
