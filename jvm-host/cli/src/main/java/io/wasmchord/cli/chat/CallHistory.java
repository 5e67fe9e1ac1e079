package io.wasmchord.cli.chat;

import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls of tools in a conversation, and which of them have no answer yet. */
public final class CallHistory {
  private CallHistory() {}

  /** {@code calls} as the next message has them, named as no call of {@code messages} is. */
  static List<Value> named(List<ToolCall> calls, List<Message> messages) {
    int number = messages.stream().mapToInt(message -> calls(message).size()).sum();
    List<Value> named = new ArrayList<>();
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
    List<Value> calls = calls(messages.get(last));
    if (calls.get(calls.size() - waiting) instanceof DictValue call
        && call.get("id") instanceof Value.Text id
        && call.get("function") instanceof DictValue function
        && function.get("name") instanceof Value.Text name) {
      return new Message(Role.TOOL, result, Map.of("tool_call_id", id, "name", name));
    }
    return null;
  }

  private static List<Value> calls(Message message) {
    return message.extra().get("tool_calls") instanceof ListValue calls
        ? calls.elements()
        : List.of();
  }
}
