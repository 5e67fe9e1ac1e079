package io.wasmchord.cli.chat;

import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Calls of tools in a conversation, and which of them have no answer yet. */
public final class ToolCallHistory {
  private ToolCallHistory() {}

  /** {@code calls} as the next message has them, named as no call of {@code messages} is. */
  static List<JsonObject> named(List<ToolCall> calls, List<Message> messages) {
    int number = messages.stream().mapToInt(message -> calls(message).size()).sum();
    List<JsonObject> named = new ArrayList<>();
    for (ToolCall call : calls) {
      number++;
      named.add(call.value(String.format(Locale.ROOT, "call%05d", number))); // nine characters
    }
    return named;
  }

  /** How many calls the last answer in {@code messages} waits for. */
  static int waiting(List<Message> messages) {
    int answers = 0;
    int last = messages.size() - 1;
    while (last >= 0 && messages.get(last).role().equals(Role.TOOL)) {
      answers++;
      last--;
    }
    return last < 0 ? 0 : calls(messages.get(last)).size() - answers;
  }

  /** The answer to the first call that waits for one, or null where there is none. */
  static @Nullable Message answer(List<Message> messages, String result) {
    int waiting = waiting(messages);
    if (waiting <= 0) {
      return null;
    }
    int last = messages.size() - 1;
    while (messages.get(last).role().equals(Role.TOOL)) {
      last--;
    }
    List<JsonValue> calls = calls(messages.get(last));
    if (calls.get(calls.size() - waiting) instanceof JsonObject call
        && call.get("id") instanceof JsonValue.Text id
        && call.get("function") instanceof JsonObject function
        && function.get("name") instanceof JsonValue.Text name) {
      return new Message(Role.TOOL, result, JsonObject.of("tool_call_id", id).with("name", name));
    }
    return null;
  }

  private static List<JsonValue> calls(Message message) {
    return message.extra().get("tool_calls") instanceof JsonArray calls
        ? calls.elements()
        : List.of();
  }
}
