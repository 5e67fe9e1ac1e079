package io.wasmchord.api;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonValue;
import io.wasmchord.session.GenerationOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for the answer to a conversation.
 *
 * @param chat what the template is rendered with: messages, tools, documents and variables
 * @param template {@link ChatFormat#AUTO}, a preset's name, or that of one of the file's templates
 * @param chatTemplate the source of a template to use instead, or null; then {@code template} is
 *     {@link ChatFormat#AUTO}
 * @param splitsReasoning whether reasoning is told from the answer
 */
public record ChatCompletionRequest(
    ChatRequest chat,
    String template,
    @Nullable String chatTemplate,
    boolean splitsReasoning,
    GenerationParams params) {
  private static final String AUTO = "auto";
  private static final String NONE = "none";

  private static final List<String> KNOWN =
      GenerationParams.known(
          GenerationParams.joined(List.of("messages"), ScoreFields.OF_CHAT),
          List.of(
              "template",
              "chat_template",
              "chat_template_kwargs",
              "tools",
              "tool_choice",
              "documents",
              "reasoning_format",
              "parallel_tool_calls",
              "metadata",
              "safety_identifier",
              "prompt_cache_key",
              "service_tier"));

  private static final String KEPT = "a prompt is kept in memory, as long as the model is loaded";
  private static final String TEXT_ALONE = "answers are text alone";

  private static final List<Refusal> REFUSALS =
      List.of(
          new Refusal("modalities", TEXT_ALONE, ChatCompletionRequest::isTexts),
          Refusal.of(
              "reasoning_effort",
              "a template that knows it takes it from chat_template_kwargs: { reasoning_effort"
                  + " }"),
          Refusal.of("verbosity", "ask for a short or a long answer in a message"),
          Refusal.butEmpty("functions", "give tools"),
          Refusal.of("function_call", "give tool_choice"),
          Refusal.of("audio", TEXT_ALONE),
          Refusal.of("web_search_options", "search yourself, and give what was found as documents"),
          Refusal.of("moderation", "leave it out"),
          Refusal.but(JsonValue.of(false), "store", "keep the answer yourself"),
          Refusal.but(JsonValue.of("in_memory"), "prompt_cache_retention", KEPT),
          Refusal.butEmpty("prompt_cache_options", KEPT));

  public ChatCompletionRequest {
    if (chatTemplate != null && !template.equals(ChatFormat.AUTO)) {
      throw new InvalidRequestException(
          "'template' and 'chat_template' exclude each other; give one of them");
    }
  }

  /**
   * The request that {@code json} spells, in OpenAI's shape.
   *
   * @throws InvalidRequestException when an option is not known, cannot be met or is out of range
   */
  public static ChatCompletionRequest of(JsonValue json, RequestContext context) {
    Fields fields = Fields.of(json, context, KNOWN, REFUSALS);
    GenerationParams params =
        GenerationParams.of(fields, context.freshSeed()).withScores(ScoreFields.ofChat(fields));
    for (String label : List.of("safety_identifier", "prompt_cache_key")) {
      fields.text(label);
    }
    fields.object("metadata");
    fields.choice("service_tier", List.of(AUTO, "default"));
    List<JsonValue> documents = fields.list("documents", "a list", (where, one) -> one);
    ChatRequest chat =
        ChatRequest.of(MessageReader.list("messages", fields.need("messages", "messages")))
            .withDocuments(documents == null ? JsonValue.ofNull() : JsonValue.of(documents))
            .withArguments(fields.object("chat_template_kwargs"));
    return new ChatCompletionRequest(
        ToolFields.put(fields, chat),
        fields.name("template", ChatFormat.AUTO),
        fields.source("chat_template", "the source of a Jinja template"),
        fields.choice("reasoning_format", AUTO, List.of(AUTO, NONE)).equals(AUTO),
        params);
  }

  private static boolean isTexts(JsonValue value) {
    return value instanceof JsonArray array
        && array.elements().stream().allMatch(JsonValue.of("text")::equals);
  }

  /** The same for another conversation, and the same way to answer or another. */
  public ChatCompletionRequest with(List<Message> messages, GenerationParams other) {
    return new ChatCompletionRequest(
        chat.withMessages(messages), template, chatTemplate, splitsReasoning, other);
  }

  /** The same once tools have answered: a call that was required was made. */
  public ChatCompletionRequest afterCalls() {
    return new ChatCompletionRequest(
        chat.withToolChoice(chat.toolChoice().onceMet()),
        template,
        chatTemplate,
        splitsReasoning,
        params);
  }

  /** The format that is asked for. */
  public ChatFormat format(ChatFormats formats) {
    return formats.format(template, chatTemplate);
  }

  /**
   * The options of an answer in {@code format}.
   *
   * @param prompt as encoded
   */
  public GenerationOptions options(ChatFormat format, int[] prompt) {
    GenerationOptions options =
        params.added(
            format.options(
                chat, params.maxTokens(), params.stop(), params.sampling(), params.ignoreEos()));
    return options.with(format.language(params.language(), chat, prompt));
  }
}
