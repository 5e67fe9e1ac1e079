package io.wasmchord.api;

import io.wasmchord.chat.Message;
import io.wasmchord.errors.ChordException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is saved beside a session's cache, in the form that pages write too.
 *
 * @param messages of a conversation; none where it is no conversation
 * @param text that was continued; empty in a conversation
 */
public record SessionNotes(List<Message> messages, String text) {
  private static final String MESSAGES = "messages";
  private static final String TEXT = "text";

  public SessionNotes {
    messages = List.copyOf(messages);
  }

  /** The notes of {@link #json}; of anything else none. */
  public static SessionNotes parse(String json) {
    try {
      if (JsonReader.parse(json) instanceof JsonObject notes) {
        JsonValue said = notes.getOrNull(MESSAGES);
        boolean any = said instanceof JsonArray list && !list.elements().isEmpty();
        return new SessionNotes(
            any ? MessageReader.list(MESSAGES, said) : List.of(),
            notes.get(TEXT) instanceof JsonValue.Text(String text) ? text : "");
      }
    } catch (ChordException e) {
      return new SessionNotes(List.of(), ""); // whoever saved it wrote something of his own
    }
    return new SessionNotes(List.of(), "");
  }

  /** The notes as text. */
  public String json() {
    List<JsonValue> all = new ArrayList<>();
    for (Message message : messages) {
      all.add(
          JsonObject.builder()
              .put("role", message.role().text())
              .put("content", message.content())
              .putAll(message.extra())
              .build());
    }
    return JsonWriter.json(
        JsonObject.builder().put(MESSAGES, JsonValue.of(all)).put(TEXT, text).build());
  }
}
