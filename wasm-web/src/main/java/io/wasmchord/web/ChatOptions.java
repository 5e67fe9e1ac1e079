package io.wasmchord.web;

import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.List;
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
    JsonObject options = fields(json);
    ChatRequest request =
        ChatRequest.of(messages)
            .withTools(options.getOrNull("tools"))
            .withDocuments(options.getOrNull("documents"));
    if (options.get("variables") instanceof JsonObject variables) {
      request = request.withArguments(variables);
    }
    return new ChatOptions(
        request, source(options.getOrNull("source")), splits(options.getOrNull("reasoningFormat")));
  }

  private static @Nullable String source(JsonValue given) {
    return switch (given) {
      case JsonValue.Null none -> null;
      case JsonValue.Text(String source) when !source.isBlank() -> source;
      default ->
          throw new InvalidRequestException(
              "chat_template is the source of a Jinja template, not "
                  + (given instanceof JsonValue.Text ? "an empty text" : given.type()));
    };
  }

  private static boolean splits(JsonValue format) {
    if (format instanceof JsonValue.Text(String name)
        && (name.equals("auto") || name.equals("none"))) {
      return name.equals("auto");
    }
    throw new InvalidRequestException("reasoning_format is 'auto' or 'none', and nothing else");
  }

  /** The fields of a JSON object. */
  static JsonObject fields(String json) {
    if (JsonReader.parse(json) instanceof JsonObject object) {
      return object;
    }
    throw new InvalidRequestException("a JSON object is expected, not " + json);
  }
}
