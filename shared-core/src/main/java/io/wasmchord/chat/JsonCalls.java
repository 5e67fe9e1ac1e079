package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of tools in JSON that a model wrote, which may be anything. */
final class JsonCalls {
  private JsonCalls() {}

  /** The names of tools, which are in OpenAI's shape or have a {@code name} themselves. */
  static Set<String> names(Value tools) {
    Set<String> names = new LinkedHashSet<>();
    if (tools instanceof ListValue list) {
      for (Value tool : list.elements()) {
        Value function = tool instanceof DictValue dict ? dict.get("function") : null;
        if ((function == null ? tool : function) instanceof DictValue dict
            && dict.get("name") instanceof Value.Text(String name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /**
   * The call, or the list of calls, that {@code json} spells.
   *
   * @param offered the names of tools that may be called
   * @return none where it is not JSON, or anything in it is not the call of an offered tool
   */
  static List<ToolCall> read(String json, Set<String> offered) {
    try {
      List<String> all = json.startsWith("[") ? JsonReader.elements(json) : List.of(json);
      List<ToolCall> calls = new ArrayList<>();
      for (String one : all) {
        Map<String, String> members = JsonReader.members(one);
        String name = member(members, CallPattern.NAMES);
        String arguments = member(members, CallPattern.ARGUMENTS);
        ToolCall call = null;
        if (name != null && JsonReader.parse(name) instanceof Value.Text(String text)) {
          call = call(text, arguments == null ? "{}" : arguments, offered);
        }
        if (call == null) {
          return List.of();
        }
        calls.add(call);
      }
      return calls;
    } catch (InvalidRequestException e) {
      return List.of(); // the model's mistake, not the caller's
    }
  }

  /** The call of {@code name} with {@code json}, or none as {@link #read}. */
  static List<ToolCall> read(String name, String json, Set<String> offered) {
    try {
      ToolCall call = call(name, json, offered);
      return call == null ? List.of() : List.of(call);
    } catch (InvalidRequestException e) {
      return List.of();
    }
  }

  private static @Nullable String member(Map<String, String> members, List<String> keys) {
    return keys.stream().filter(members::containsKey).findFirst().map(members::get).orElse(null);
  }

  private static @Nullable ToolCall call(String name, String arguments, Set<String> offered) {
    if (!offered.contains(name)) {
      return null;
    }
    return switch (JsonReader.parse(arguments)) {
      case DictValue object -> new ToolCall(name, arguments);
      // Some models quote the object once more.
      case Value.Text(String inner) when JsonReader.parse(inner) instanceof DictValue ->
          new ToolCall(name, inner.strip());
      default -> null;
    };
  }
}
