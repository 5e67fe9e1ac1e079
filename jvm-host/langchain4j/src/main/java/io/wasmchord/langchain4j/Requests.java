package io.wasmchord.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import io.wasmchord.api.NamedToolCall;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.chord.Chat;
import io.wasmchord.chord.ChordModel;
import io.wasmchord.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** LangChain4j's requests as chats. */
final class Requests {
  private Requests() {}

  /**
   * The chat that a request is.
   *
   * @throws UnsupportedFeatureException when it asks for what is not text, or for another model
   */
  static Chat chat(ChatRequest request, ChordModel model) {
    requireModel(request.modelName(), model);
    Chat chat = Chat.of(messages(request.messages()));
    chat = with(chat, "temperature", request.temperature());
    chat = with(chat, "top_p", request.topP());
    chat = with(chat, "top_k", request.topK());
    chat = with(chat, "frequency_penalty", request.frequencyPenalty());
    chat = with(chat, "presence_penalty", request.presencePenalty());
    chat = with(chat, "max_tokens", request.maxOutputTokens());
    chat = with(chat, "stop", some(request.stopSequences()));
    chat = with(chat, "tools", some(tools(request.toolSpecifications())));
    ToolChoice choice = request.toolChoice();
    chat = with(chat, "tool_choice", choice == null ? null : lower(choice));
    return with(chat, "response_format", format(request.responseFormat()));
  }

  /**
   * Checks a model's name.
   *
   * @throws UnsupportedFeatureException when it is that of another model
   */
  static void requireModel(@Nullable String asked, ChordModel model) {
    String name = model.name();
    if (asked != null && !asked.equals(name)) {
      throw new UnsupportedFeatureException(
          "modelName '"
              + asked
              + "' is not supported: this model is '"
              + name
              + "', and another one is loaded with ChordModel.load");
    }
  }

  private static Chat with(Chat chat, String name, @Nullable Object value) {
    return value == null ? chat : chat.with(name, value);
  }

  private static <T> @Nullable List<T> some(@Nullable List<T> list) {
    return list == null || list.isEmpty() ? null : list;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static List<Map<String, Object>> tools(@Nullable List<ToolSpecification> all) {
    List<Map<String, Object>> tools = new ArrayList<>();
    for (ToolSpecification tool : all == null ? List.<ToolSpecification>of() : all) {
      Map<String, Object> function = new LinkedHashMap<>();
      function.put("name", tool.name());
      if (tool.description() != null) {
        function.put("description", tool.description());
      }
      if (tool.strict() != null) {
        function.put("strict", tool.strict());
      }
      function.put(
          "parameters",
          tool.parameters() == null
              ? Map.of("type", "object", "properties", Map.of())
              : JsonSchemaElementUtils.toMap(tool.parameters()));
      tools.add(Map.of("type", "function", "function", function));
    }
    return tools;
  }

  private static @Nullable Map<String, Object> format(@Nullable ResponseFormat format) {
    if (format == null || format.type() == ResponseFormatType.TEXT) {
      return null;
    }
    JsonSchema schema = format.jsonSchema();
    return schema == null
        ? Map.of("type", "json_object")
        : Map.of(
            "type",
            "json_schema",
            "json_schema",
            Map.of("schema", JsonSchemaElementUtils.toMap(schema.rootElement())));
  }

  private static List<Message> messages(List<ChatMessage> all) {
    return all.stream().map(Requests::message).toList();
  }

  private static Message message(ChatMessage message) {
    return switch (message) {
      case SystemMessage system -> new Message(Role.SYSTEM, system.text());
      case UserMessage user -> new Message(Role.USER, text(user.contents()), named(user.name()));
      case AiMessage said -> said(said);
      case ToolExecutionResultMessage result ->
          new NamedToolCall(text(result.id()), new ToolCall(result.toolName(), ""))
              .result(text(result.contents()));
      default ->
          throw new UnsupportedFeatureException(
              "messages of the type " + lower(message.type()) + " are not supported; give texts");
    };
  }

  private static JsonObject named(@Nullable String name) {
    return name == null ? JsonObject.empty() : JsonObject.builder().put("name", name).build();
  }

  private static Message said(AiMessage said) {
    List<NamedToolCall> calls = new ArrayList<>();
    for (ToolExecutionRequest call : said.toolExecutionRequests()) {
      calls.add(
          new NamedToolCall(text(call.id()), new ToolCall(call.name(), text(call.arguments()))));
    }
    return NamedToolCall.said(text(said.text()), text(said.thinking()), calls);
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String text(List<Content> contents) {
    StringBuilder all = new StringBuilder();
    for (Content content : contents) {
      if (!(content instanceof TextContent text)) {
        throw new UnsupportedFeatureException(
            "contents of the type " + lower(content.type()) + " are not supported; give texts");
      }
      all.append(all.isEmpty() ? "" : "\n").append(text.text());
    }
    return all.toString();
  }
}
