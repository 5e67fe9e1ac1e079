package io.wasmchord.server.http;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;

/** How the parts of an answer follow each other on the line. */
public enum Framing {
  /** Server-sent events, with {@code [DONE]} as the last one. */
  EVENTS("text/event-stream") {
    @Override
    String part(JsonObject part) {
      return "data: " + JsonWriter.json(part) + "\n\n";
    }

    @Override
    String end() {
      return "data: [DONE]\n\n";
    }
  },

  /** Server-sent events that are called as their {@code type} says. */
  NAMED_EVENTS("text/event-stream") {
    @Override
    String part(JsonObject part) {
      String name = part.get("type") instanceof JsonValue.Text(String type) ? type : "error";
      return "event: " + name + "\n" + EVENTS.part(part);
    }
  },

  /** A line for each. */
  LINES("application/x-ndjson") {
    @Override
    String part(JsonObject part) {
      return JsonWriter.json(part) + "\n";
    }
  };

  private final String contentType;

  Framing(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  abstract String part(JsonObject part);

  String end() {
    return "";
  }
}
