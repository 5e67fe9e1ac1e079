package io.wasmchord.api;

import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.ToolChoice;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools of a request, and whether they are to be called. */
final class ToolFields {
  private static final String CHOICE = "tool_choice";
  private static final String SHAPE =
      "'auto', 'none', 'required' or { type: 'function', function: { name } }";

  private ToolFields() {}

  /** {@code chat} with the tools that may be called now. */
  static ChatRequest put(Fields fields, ChatRequest chat) {
    List<JsonValue> offered = fields.list("tools", "a list of tools", ToolFields::tool);
    ToolChoice choice = choice(fields.get(CHOICE));
    if (!fields.flag("parallel_tool_calls", true) && choice != null) {
      choice = choice.withoutSeveral();
    }
    if (offered == null || offered.isEmpty()) {
      if (choice != null && (choice.required() || !choice.names().isEmpty())) {
        throw Fields.refuse(CHOICE + " asks for a call, and there are no tools; give tools");
      }
      return chat;
    }
    return choice == null ? chat : chat.withTools(JsonValue.of(offered)).withToolChoice(choice);
  }

  private static JsonValue tool(String where, JsonValue value) {
    if (!(value instanceof JsonObject tool && Values.isObject(value))) {
      throw Fields.refuse(where, "an object", value);
    }
    if (tool.getOrNull("type").equals(JsonValue.of("custom"))) {
      throw Fields.refuse(
          where
              + " is of type \"custom\", which is not supported; describe it as one of type"
              + " 'function'");
    }
    return tool;
  }

  /** What a request asks for; null where no tool is to be called. */
  private static @Nullable ToolChoice choice(@Nullable JsonValue value) {
    if (value == null) {
      return ToolChoice.AUTO;
    }
    if (value instanceof JsonValue.Text(String word)) {
      return word(CHOICE, word, value);
    }
    if (value instanceof JsonObject object
        && object.get("type") instanceof JsonValue.Text(String type)) {
      if (type.equals("function")) {
        return ToolChoice.of(name(CHOICE, object));
      }
      if (type.equals("allowed_tools")) {
        return allowed(object.get(type) instanceof JsonObject inner ? inner : object);
      }
    }
    throw Fields.refuse(CHOICE, SHAPE, value);
  }

  private static @Nullable ToolChoice word(String where, String word, JsonValue value) {
    return switch (word) {
      case "auto" -> ToolChoice.AUTO;
      case "required" -> ToolChoice.REQUIRED;
      case "none" -> null;
      default -> throw Fields.refuse(where, SHAPE, value);
    };
  }

  private static String name(String where, JsonObject tool) {
    JsonValue function = tool.get("function");
    JsonObject named = function instanceof JsonObject inner ? inner : tool;
    return Fields.name(where + ".function.name", named.getOrNull("name"));
  }

  private static ToolChoice allowed(JsonObject given) {
    String where = CHOICE + ".allowed_tools";
    ToolChoice mode = null;
    if (given.getOrNull("mode") instanceof JsonValue.Text(String word)) {
      mode = word(where + ".mode", word, JsonValue.of(word));
    }
    if (mode == null || !(given.get("tools") instanceof JsonArray tools) || tools.isEmpty()) {
      throw Fields.refuse(
          where
              + " is { mode: 'auto' or 'required', tools: [{ type: 'function', function: { name } }] }");
    }
    List<String> names = new ArrayList<>();
    for (JsonValue tool : tools.elements()) {
      String each = where + ".tools[" + names.size() + "]";
      names.add(name(each, tool instanceof JsonObject object ? object : JsonObject.empty()));
    }
    return mode.among(names);
  }
}
