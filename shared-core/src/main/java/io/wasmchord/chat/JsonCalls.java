package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.JsonWriter;
import io.wasmchord.chat.jinja.PythonReader;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls of tools in JSON that a model wrote, which may be anything. */
final class JsonCalls {
  private JsonCalls() {}

  /**
   * The call, or the list of calls, that {@code json} spells.
   *
   * @param offered the tools that may be called
   * @return none where it is not JSON, or anything in it is not the call of an offered tool
   */
  static List<ToolCall> read(String json, OfferedTools offered) {
    try {
      List<String> all = json.startsWith("[") ? JsonReader.elements(json) : List.of(json);
      List<ToolCall> calls = new ArrayList<>();
      for (String one : all) {
        Map<String, String> members = JsonReader.members(one);
        String name = member(members, CallPattern.NAMES);
        String arguments = member(members, CallPattern.ARGUMENTS);
        ToolCall call = null;
        if (name != null && JsonReader.parse(name) instanceof Value.Text(String text, _)) {
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
  static List<ToolCall> read(String name, String json, OfferedTools offered) {
    try {
      ToolCall call = call(name, json, offered);
      return call == null ? List.of() : List.of(call);
    } catch (InvalidRequestException e) {
      return List.of();
    }
  }

  /**
   * The call of {@code name} with arguments whose values are bare, or none as {@link #read}. What
   * the tool takes as a text is one; anything else is JSON or a literal of Python where it can be
   * read as such, and otherwise a text, too.
   */
  static List<ToolCall> readBare(String name, Map<String, String> values, OfferedTools offered) {
    List<String> members = new ArrayList<>();
    values.forEach((key, value) -> {
      boolean text = offered.takesText(name, key);
      members.add(quoted(key) + ": " + (text ? quoted(value) : json(value)));
    });
    return read(name, "{" + String.join(", ", members) + "}", offered);
  }

  private static String json(String value) {
    String bare = value.strip();
    try {
      JsonReader.parse(bare);
      return bare;
    } catch (InvalidRequestException e) {
      try {
        return PythonReader.json(bare);
      } catch (InvalidRequestException none) {
        return quoted(value);
      }
    }
  }

  private static String quoted(String text) {
    return JsonWriter.json(Value.of(text));
  }

  /** The calls in a list as Python writes it, or none as {@link #read}. */
  static List<ToolCall> readPython(String list, OfferedTools offered) {
    try {
      List<ToolCall> calls = new ArrayList<>();
      for (PythonReader.Call written : PythonReader.calls(list)) {
        List<ToolCall> one = read(written.name(), written.arguments(), offered);
        if (one.isEmpty()) {
          return List.of();
        }
        calls.addAll(one);
      }
      return calls;
    } catch (InvalidRequestException e) {
      return List.of();
    }
  }

  private static @Nullable String member(Map<String, String> members, List<String> keys) {
    return keys.stream().filter(members::containsKey).findFirst().map(members::get).orElse(null);
  }

  private static @Nullable ToolCall call(String name, String arguments, OfferedTools offered) {
    if (!offered.contains(name)) {
      return null;
    }
    return switch (JsonReader.parse(arguments)) {
      case DictValue object -> new ToolCall(name, arguments);
      // Some models quote the object once more.
      case Value.Text(String inner, _) when JsonReader.parse(inner) instanceof DictValue ->
          new ToolCall(name, inner.strip());
      default -> null;
    };
  }
}
