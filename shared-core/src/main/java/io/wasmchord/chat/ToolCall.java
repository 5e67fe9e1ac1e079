package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.Value;

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
  public Value value(String id) {
    DictValue function = new DictValue();
    function.put("name", Value.of(name));
    function.put("arguments", Value.of(arguments));
    DictValue call = new DictValue();
    call.put("id", Value.of(id));
    call.put("type", Value.of("function"));
    call.put("function", function);
    return call;
  }
}
