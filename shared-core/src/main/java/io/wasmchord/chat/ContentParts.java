package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contents as OpenAI's interface also has them: a list of parts, of which only texts are known. */
final class ContentParts {
  private static final String FIELD = "content";

  private ContentParts() {}

  /**
   * The messages with one text for a list of parts: the parts one after another.
   *
   * @throws InvalidRequestException when a part is no text
   */
  static List<Message> join(List<Message> messages) {
    List<Message> joined = new ArrayList<>();
    for (Message message : messages) {
      joined.add(
          message.extra().get(FIELD) instanceof ListValue parts
              ? join(message, parts.elements(), "messages[" + joined.size() + "]." + FIELD)
              : message);
    }
    return joined;
  }

  private static Message join(Message message, List<Value> parts, String where) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      all.append(text(parts.get(i), where + "[" + i + "]"));
    }
    Map<String, Value> extra = new LinkedHashMap<>(message.extra());
    extra.remove(FIELD);
    return new Message(message.role(), all.toString(), extra);
  }

  private static String text(Value part, String where) {
    if (part instanceof Value.Text(String text)) {
      return text;
    }
    if (part instanceof DictValue dict
        && dict.get("type") instanceof Value.Text(String type)
        && type.equals("text")
        && dict.get("text") instanceof Value.Text(String text)) {
      return text;
    }
    String type =
        part instanceof DictValue dict && dict.get("type") instanceof Value.Text(String named)
            ? "of type '" + named + "'"
            : "of type " + part.typeName();
    throw new InvalidRequestException(
        where + " is " + type + "; a part is {\"type\": \"text\", \"text\": \"...\"}");
  }
}
