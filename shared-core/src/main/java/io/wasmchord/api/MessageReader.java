package io.wasmchord.api;

import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;

/** Reads messages: their roles, their texts, and further fields for the model's template. */
final class MessageReader {
  private static final String PART = "{ type: 'text', text: '...' }";

  private MessageReader() {}

  /** A conversation. */
  static List<Message> list(String where, JsonValue value) {
    if (value instanceof JsonArray array && !array.elements().isEmpty()) {
      return Fields.list(where, array, MessageReader::one);
    }
    throw Fields.refuse(where, "a list of one message or more", value);
  }

  private static Message one(String where, JsonValue value) {
    if (!(value instanceof JsonObject given && Values.isObject(value))) {
      throw Fields.refuse(where, "an object with role and content", value);
    }
    Role role = Role.byName(Fields.name(where + ".role", given.getOrNull("role")));
    JsonObject.Builder others = JsonObject.builder();
    given.forEach((field, one) -> {
      boolean own = field.equals("role") || field.equals("content");
      if (!own && !(one instanceof JsonValue.Null)) {
        others.put(field, one);
      }
    });
    JsonObject extra = others.build();
    JsonValue content = given.getOrNull("content");
    if (content instanceof JsonValue.Null) {
      return silent(where + ".content", role, extra);
    }
    return new Message(role, text(where + ".content", content), extra);
  }

  /** A turn of the assistant's may be without a text, where it calls tools or has only thought. */
  private static Message silent(String where, Role role, JsonObject extra) {
    boolean says =
        given(extra, "tool_calls")
            || given(extra, "function_call")
            || given(extra, "reasoning_content");
    if (!role.equals(Role.ASSISTANT) || !says) {
      throw Fields.refuse(
          where + " is missing; only a message of the assistant's with tool_calls may be without");
    }
    return new Message(role, "", extra.with("content", JsonValue.ofNull()));
  }

  /** Whether there is a field that is no empty text. */
  private static boolean given(JsonObject extra, String field) {
    JsonValue value = extra.getOrNull(field);
    return !value.isEmpty() || Values.isEmptyContainer(value);
  }

  private static String text(String where, JsonValue content) {
    return switch (content) {
      case JsonValue.Text(String text) -> text;
      case JsonArray parts -> String.join("", Fields.list(where, parts, MessageReader::part));
      default -> throw Fields.refuse(where, "a text or a list of parts " + PART, content);
    };
  }

  private static String part(String where, JsonValue part) {
    if (part instanceof JsonObject object
        && object.get("type") instanceof JsonValue.Text(String type)) {
      if (!type.equals("text")) {
        throw Fields.refuse(
            where
                + " is of type "
                + Values.shown(JsonValue.of(type))
                + ", and a model is given text alone here; leave the part out, or say in a text"
                + " what it shows");
      }
      if (object.get("text") instanceof JsonValue.Text(String text)) {
        return text;
      }
    }
    throw Fields.refuse(where, PART, part);
  }
}
