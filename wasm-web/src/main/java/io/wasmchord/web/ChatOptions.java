package io.wasmchord.web;

import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.List;
import java.util.Map;

/** What a page gives to the model's own chat template, as JSON. */
final class ChatOptions {
  private ChatOptions() {}

  /** The request of {@code {"tools", "documents", "variables"}} and messages. */
  static ChatRequest parse(String json, List<Message> messages) {
    Map<String, Value> options = fields(json);
    ChatRequest request =
        ChatRequest.of(messages)
            .withTools(options.getOrDefault("tools", Value.none()))
            .withDocuments(options.getOrDefault("documents", Value.none()));
    if (options.get("variables") instanceof DictValue variables) {
      for (Map.Entry<String, Value> variable : variables.texts().entrySet()) {
        request = request.with(variable.getKey(), variable.getValue());
      }
    }
    return request;
  }

  /** The fields of a JSON object. */
  static Map<String, Value> fields(String json) {
    if (JsonReader.parse(json) instanceof DictValue dict) {
      return dict.texts();
    }
    throw new InvalidRequestException("a JSON object is expected, not " + json);
  }
}
