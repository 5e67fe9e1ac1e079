package io.wasmchord.web;

import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.errors.InvalidRequestException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a page asks with, as JSON.
 *
 * @param request what it gives to a Jinja template
 * @param source such a template of the page's own, or null for the model's
 * @param splits whether reasoning is told from the answer
 */
record ChatOptions(ChatRequest request, @Nullable String source, boolean splits) {
  /**
   * The options of {@code {"tools", "documents", "variables", "source", "reasoningFormat"}} and
   * messages.
   *
   * @throws InvalidRequestException when {@code source} is no text, or {@code reasoningFormat} is
   *     neither auto nor none
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
    return new ChatOptions(
        request,
        source(options.getOrDefault("source", Value.none())),
        splits(options.getOrDefault("reasoningFormat", Value.none())));
  }

  private static @Nullable String source(Value given) {
    return switch (given) {
      case Value.None none -> null;
      case Value.Text(String source, _) when !source.isBlank() -> source;
      default ->
          throw new InvalidRequestException(
              "chat_template is the source of a Jinja template, not "
                  + (given instanceof Value.Text ? "an empty text" : given.typeName()));
    };
  }

  private static boolean splits(Value format) {
    if (format instanceof Value.Text(String name, _)
        && (name.equals("auto") || name.equals("none"))) {
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
