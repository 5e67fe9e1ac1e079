package io.wasmchord.spring;

import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.chord.Chat;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** Spring AI's prompts as chats. */
final class Prompts {
  private Prompts() {}

  /**
   * The chat that a prompt is.
   *
   * @param model what the model is called
   * @throws InvalidRequestException when it asks for what is not text, or for another model
   */
  static Chat chat(Prompt prompt, String model) {
    Chat chat = Chat.of(List.of());
    for (Message message : prompt.getInstructions()) {
      chat = said(chat, message);
    }
    ChatOptions options = prompt.getOptions();
    return options == null ? chat : with(chat, options, model);
  }

  private static Chat said(Chat chat, Message message) {
    return switch (message) {
      case SystemMessage system -> chat.then(text(Role.SYSTEM, system.getText()));
      case UserMessage user when user.getMedia().isEmpty() ->
          chat.then(text(Role.USER, user.getText()));
      case AssistantMessage said ->
          chat.then(
              NamedToolCall.said(
                  said.getText() == null ? "" : said.getText(),
                  "",
                  said.getToolCalls().stream()
                      .map(c -> new NamedToolCall(c.id(), new ToolCall(c.name(), c.arguments())))
                      .toList()));
      case ToolResponseMessage told -> {
        Chat all = chat;
        for (ToolResponseMessage.ToolResponse one : told.getResponses()) {
          NamedToolCall call = new NamedToolCall(one.id(), new ToolCall(one.name(), ""));
          all = all.then(call.result(one.responseData()));
        }
        yield all;
      }
      default ->
          throw new InvalidRequestException(
              "a message of the type "
                  + message.getMessageType()
                  + " has what is no text; give texts");
    };
  }

  private static io.wasmchord.chat.Message text(Role role, @Nullable String text) {
    return new io.wasmchord.chat.Message(role, text == null ? "" : text);
  }

  private static Chat with(Chat asked, ChatOptions options, String model) {
    if (options.getModel() != null && !options.getModel().equals(model)) {
      throw new InvalidRequestException(
          "the options name the model '"
              + options.getModel()
              + "'; this one is '"
              + model
              + "', set by wasm-chord.model");
    }
    Chat chat = with(asked, "temperature", options.getTemperature());
    chat = with(chat, "top_p", options.getTopP());
    chat = with(chat, "top_k", options.getTopK());
    chat = with(chat, "frequency_penalty", options.getFrequencyPenalty());
    chat = with(chat, "presence_penalty", options.getPresencePenalty());
    chat = with(chat, "max_tokens", options.getMaxTokens());
    List<String> stop = options.getStopSequences();
    chat = with(chat, "stop", stop == null || stop.isEmpty() ? null : stop);
    if (options instanceof StructuredOutputChatOptions structured
        && structured.getOutputSchema() != null) {
      chat = chat.json(object("the output's schema", structured.getOutputSchema()));
    }
    return options instanceof ToolCallingChatOptions tools ? with(chat, tools) : chat;
  }

  private static Chat with(Chat chat, String name, @Nullable Object value) {
    return value == null ? chat : chat.with(name, value);
  }

  private static Chat with(Chat asked, ToolCallingChatOptions options) {
    Chat chat = asked;
    ToolContext context = new ToolContext(known(options.getToolContext()));
    List<ToolCallback> tools = options.getToolCallbacks();
    for (ToolCallback tool : tools == null ? List.<ToolCallback>of() : tools) {
      String name = tool.getToolDefinition().name();
      chat =
          chat.tool(
              name,
              tool.getToolDefinition().description(),
              object("the schema of " + name, tool.getToolDefinition().inputSchema()),
              arguments -> tool.call(JsonWriter.json(arguments), context));
    }
    return chat;
  }

  private static Map<String, Object> known(@Nullable Map<String, Object> context) {
    return context == null ? Map.of() : Map.copyOf(context);
  }

  private static JsonObject object(String what, String json) {
    if (JsonReader.parse(json) instanceof JsonObject object) {
      return object;
    }
    throw new InvalidRequestException(what + " is no JSON object");
  }
}
