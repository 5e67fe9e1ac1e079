package io.wasmchord.web;

import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.List;
import java.util.Map;

/**
 * What a page asks with, as JSON.
 *
 * @param request what it gives to the model's own chat template
 * @param splits whether reasoning is told from the answer
 */
record ChatOptions(ChatRequest request, boolean splits) {
  /**
   * The options of {@code {"tools", "documents", "variables", "reasoningFormat"}} and messages.
   *
   * @throws InvalidRequestException when {@code reasoningFormat} is neither auto nor none
   */
  static ChatOptions parse(String json, List<Message> messages) {
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
    return new ChatOptions(request, splits(options.getOrDefault("reasoningFormat", Value.none())));
  }

  private static boolean splits(Value format) {
    if (format instanceof Value.Text(String name) && (name.equals("auto") || name.equals("none"))) {
      return name.equals("auto");
    }
    throw new InvalidRequestException("reasoning_format is 'auto' or 'none', and nothing else");
  }

  /** The fields of a JSON object. */
  static Map<String, Value> fields(String json) {
    if (JsonReader.parse(json) instanceof DictValue dict) {
      return dict.texts();
    }
    throw new InvalidRequestException("a JSON object is expected, not " + json);
  }
}
