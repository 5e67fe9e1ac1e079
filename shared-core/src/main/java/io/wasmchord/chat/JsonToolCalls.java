package io.wasmchord.chat;

import io.wasmchord.chat.jinja.syntax.PythonReader;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of tools in JSON that a model wrote, which may be anything. */
final class JsonToolCalls {
  /** Stands between two members of an object. */
  static final String BETWEEN = ", ";

  private static final String NONE = "{}"; // no arguments
  private static final String TEXT = "string";
  private static final String CALL = ".call"; // behind the names of Llama's built-in tools

  private JsonToolCalls() {}

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
        String name = member(members, ToolCallPattern.NAMES);
        if (name != null && name.startsWith("{")) { // OpenAI's shape
          members = JsonReader.members(name);
          name = member(members, ToolCallPattern.NAMES);
        }
        String arguments = member(members, ToolCallPattern.ARGUMENTS);
        ToolCall call = null;
        if (name != null && JsonReader.parse(name) instanceof JsonValue.Text(String text)) {
          call = call(text, arguments == null ? NONE : arguments, offered);
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

  /** The calls in a list of objects with a tool's name as their key, or none as {@link #read}. */
  static List<ToolCall> readNamed(String json, OfferedTools offered) {
    try {
      List<ToolCall> calls = new ArrayList<>();
      for (String one : JsonReader.elements(json)) {
        for (Map.Entry<String, String> member : JsonReader.members(one).entrySet()) {
          ToolCall call = call(member.getKey(), member.getValue(), offered);
          if (call == null) {
            return List.of();
          }
          calls.add(call);
        }
      }
      return calls;
    } catch (InvalidRequestException e) {
      return List.of();
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
   * The call of {@code name} with arguments whose values are bare, or none as {@link #read}.
   *
   * @param texts the keys of values that are texts, whatever the schema says
   */
  static List<ToolCall> readBare(
      String name, Map<String, String> values, Set<String> texts, OfferedTools offered) {
    List<String> members = new ArrayList<>();
    values.forEach(
        (key, value) -> members.add(bareMember(name, key, value, texts.contains(key), offered)));
    return read(name, "{" + String.join(BETWEEN, members) + "}", offered);
  }

  /**
   * The JSON of an argument whose value is bare, with its key. What the tool takes as nothing but a
   * text is one. Where its schema has other types beside that, the value is one of them if it can
   * be read as such. Without a type, or with others, it is JSON or a literal of Python where it can
   * be read as such. All else is a text.
   *
   * @param text whether the value is a text, whatever the schema says
   */
  static String bareMember(
      String tool, String key, String value, boolean text, OfferedTools offered) {
    Set<String> types = text ? Set.of(TEXT) : offered.types(tool, key);
    return quoted(key) + ": " + typed(value, types);
  }

  private static String typed(String value, Set<String> types) {
    String json = types.equals(Set.of(TEXT)) ? null : json(value.strip());
    boolean fits = json != null && (!types.contains(TEXT) || types.contains(kind(json, types)));
    return json == null || !fits ? quoted(value) : json;
  }

  /** The JSON that {@code bare} is or means, or null where it is none. */
  private static @Nullable String json(String bare) {
    try {
      JsonReader.parse(bare);
      return bare;
    } catch (InvalidRequestException e) {
      try {
        return PythonReader.json(bare);
      } catch (InvalidRequestException none) {
        return null;
      }
    }
  }

  /** JSON Schema's name for the type of {@code json}, of those that {@code types} may have. */
  private static String kind(String json, Set<String> types) {
    JsonValue value = JsonReader.parse(json);
    return switch (value) {
      case JsonValue.Text text -> ""; // a text in quotes is one with its quotes
      case JsonValue.Int whole when !types.contains("integer") -> "number";
      default -> value.type();
    };
  }

  private static String quoted(String text) {
    return JsonWriter.json(JsonValue.of(text));
  }

  /** The calls in a list as Python writes it, or none as {@link #read}. */
  static List<ToolCall> readPython(String list, OfferedTools offered) {
    try {
      List<ToolCall> calls = new ArrayList<>();
      for (PythonReader.Call written : PythonReader.calls(list)) {
        String tool = pythonName(written.name(), offered);
        List<ToolCall> one = read(tool, written.arguments(), offered);
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

  /** The tool that Python's call of {@code name} means. */
  static String pythonName(String name, OfferedTools offered) {
    return name.endsWith(CALL) && !offered.contains(name)
        ? name.substring(0, name.length() - CALL.length())
        : name;
  }

  private static @Nullable String member(Map<String, String> members, List<String> keys) {
    return keys.stream().filter(members::containsKey).findFirst().map(members::get).orElse(null);
  }

  private static @Nullable ToolCall call(String name, String arguments, OfferedTools offered) {
    if (!offered.contains(name)) {
      return null;
    }
    if (arguments.isBlank()) {
      return new ToolCall(name, NONE);
    }
    return switch (JsonReader.parse(arguments)) {
      case JsonValue.Null none -> new ToolCall(name, NONE);
      case JsonValue.Text(String inner) when inner.isBlank() -> new ToolCall(name, NONE);
      case JsonObject object -> new ToolCall(name, arguments);
      // Some models quote the object once more.
      case JsonValue.Text(String inner) when JsonReader.parse(inner) instanceof JsonObject ->
          new ToolCall(name, inner.strip());
      default -> null;
    };
  }
}
