package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.errors.InvalidRequestException;
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
            case ListValue parts -> message.withText(text(parts.elements(), where));
            case Value.None none when !CallFields.in(message) ->
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

  private static String text(List<Value> parts, String where) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      all.append(text(parts.get(i), where + "[" + i + "]"));
    }
    return all.toString();
  }

  private static String text(Value part, String where) {
    if (part instanceof Value.Text(String text, _)) {
      return text;
    }
    if (part instanceof DictValue dict
        && dict.get("type") instanceof Value.Text(String type, _)
        && type.equals("text")
        && dict.get("text") instanceof Value.Text(String text, _)) {
      return text;
    }
    String type =
        part instanceof DictValue dict && dict.get("type") instanceof Value.Text(String named, _)
            ? "of type '" + named + "'"
            : "of type " + part.typeName();
    throw new InvalidRequestException(
        where + " is " + type + "; a part is {\"type\": \"text\", \"text\": \"...\"}");
  }
}
