package io.wasmchord.api;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatFormats;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.Message;
import io.wasmchord.constraint.Language;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
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
          List.of("messages"),
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
  private static final String LOGITS = "the call logits gives numbers for tokens";
  private static final String TEXT_ALONE = "answers are text alone";

  private static final List<Refusal> REFUSALS =
      GenerationParams.joined(
          GenerationParams.REFUSALS,
          List.of(
              new Refusal("modalities", TEXT_ALONE, ChatCompletionRequest::isTexts),
              Refusal.but(JsonValue.of(false), "logprobs", LOGITS),
              Refusal.but(JsonValue.of(0), "top_logprobs", LOGITS),
              Refusal.of(
                  "reasoning_effort",
                  "a template that knows it takes it from chat_template_kwargs: { reasoning_effort"
                      + " }"),
              Refusal.of("verbosity", "ask for a short or a long answer in a message"),
              Refusal.butEmpty("functions", "give tools"),
              Refusal.of("function_call", "give tool_choice"),
              Refusal.of("audio", TEXT_ALONE),
              Refusal.of(
                  "web_search_options", "search yourself, and give what was found as documents"),
              Refusal.of("moderation", "leave it out"),
              Refusal.but(JsonValue.of(false), "store", "keep the answer yourself"),
              Refusal.but(JsonValue.of("in_memory"), "prompt_cache_retention", KEPT),
              Refusal.butEmpty("prompt_cache_options", KEPT)));

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
    GenerationParams params = GenerationParams.of(fields, context.freshSeed());
    for (String label : List.of("safety_identifier", "prompt_cache_key")) {
      fields.text(label);
    }
    fields.object("metadata");
    fields.choice("service_tier", List.of(AUTO, "default"));
    JsonValue tools = tools(fields);
    if (params.language() != null && !tools.isEmpty()) {
      throw Fields.refuse(
          "an answer that must have a form cannot call tools; leave out tools, or set tool_choice"
              + " to 'none'");
    }
    List<JsonValue> documents = fields.list("documents", "a list", (where, one) -> one);
    ChatRequest chat =
        ChatRequest.of(MessageReader.list("messages", fields.need("messages", "messages")))
            .withTools(tools)
            .withDocuments(documents == null ? JsonValue.ofNull() : JsonValue.of(documents))
            .withArguments(fields.object("chat_template_kwargs"));
    return new ChatCompletionRequest(
        chat,
        fields.name("template", ChatFormat.AUTO),
        fields.source("chat_template", "the source of a Jinja template"),
        fields.choice("reasoning_format", AUTO, List.of(AUTO, NONE)).equals(AUTO),
        params);
  }

  /** The tools that may be called now, or JSON's null. */
  private static JsonValue tools(Fields fields) {
    List<JsonValue> offered = fields.list("tools", "a list of tools", ChatCompletionRequest::tool);
    boolean wanted = !NONE.equals(choice(fields.get("tool_choice")));
    JsonValue tools =
        offered == null || offered.isEmpty() || !wanted
            ? JsonValue.ofNull()
            : JsonValue.of(offered);
    if (!fields.flag("parallel_tool_calls", true) && !tools.isEmpty()) {
      throw Fields.refuse(
          "parallel_tool_calls is true where there are tools, not false: a model cannot be kept"
              + " from calling several; take the first");
    }
    return tools;
  }

  private static JsonValue tool(String where, JsonValue value) {
    if (!(value instanceof JsonObject tool && Values.isObject(value))) {
      throw Fields.refuse(where, "an object", value);
    }
    if (tool.getOrNull("type").equals(JsonValue.of("custom"))) {
      throw Fields.refuse(
          where
              + " is of type \"custom\", which is not supported; describe it as one of type"
              + " 'function'");
    }
    return tool;
  }

  private static @Nullable String choice(@Nullable JsonValue value) {
    if (value == null) {
      return null;
    }
    if (value instanceof JsonValue.Text(String word) && (word.equals(AUTO) || word.equals(NONE))) {
      return word;
    }
    throw Fields.refuse(
        "tool_choice is 'auto' or 'none', not "
            + Values.shown(value)
            + ": a model cannot be made to call a tool here; tell it to in a message");
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
        format
            .options(chat, params.maxTokens(), params.stop(), params.sampling(), params.ignoreEos())
            .withMinTokens(params.minTokens())
            .withSpeculation(params.speculation());
    Language language = params.language();
    return language == null ? options : options.with(format.answering(language, prompt));
  }
}
