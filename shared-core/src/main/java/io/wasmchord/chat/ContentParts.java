package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Contents as OpenAI's interface also has them: a list of parts, of which only texts are known. */
final class ContentParts {
  private static final String FIELD = "content";

  private ContentParts() {}

  /**
   * The messages with one text for a list of parts: the parts one after another.
   *
   * @throws InvalidRequestException when a part is no text, or there is no content where one must
   *     be
   */
  static List<Message> join(List<Message> messages) {
    List<Message> joined = new ArrayList<>();
    for (Message message : messages) {
      String where = "messages[" + joined.size() + "]." + FIELD;
      joined.add(
          switch (message.extra().get(FIELD)) {
            case JsonArray(List<JsonValue> parts) -> message.withText(text(parts, where));
            case JsonValue.Null none when !ToolCallShape.in(message) ->
                message.withText(none(message, where));
            case null, default -> message;
          });
    }
    return joined;
  }

  /** An answer may be without a text: it was interrupted, or is all reasoning. */
  private static String none(Message message, String where) {
    if (message.role().equals(Message.Role.ASSISTANT)) {
      return "";
    }
    throw new InvalidRequestException(where + " is null; a text is expected");
  }

  private static String text(List<JsonValue> parts, String where) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      all.append(text(parts.get(i), where + "[" + i + "]"));
    }
    return all.toString();
  }

  private static String text(JsonValue part, String where) {
    if (part instanceof JsonValue.Text(String text)) {
      return text;
    }
    if (part instanceof JsonObject object
        && object.get("type") instanceof JsonValue.Text(String type)
        && type.equals("text")
        && object.get("text") instanceof JsonValue.Text(String text)) {
      return text;
    }
    String type =
        part instanceof JsonObject object
                && object.get("type") instanceof JsonValue.Text(String named)
            ? "of type '" + named + "'"
            : "of type " + part.type();
    throw new InvalidRequestException(
        where + " is " + type + "; a part is {\"type\": \"text\", \"text\": \"...\"}");
  }
}
