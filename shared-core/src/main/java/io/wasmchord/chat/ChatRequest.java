package io.wasmchord.chat;

import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template is rendered with.
 *
 * @param addGenerationPrompt whether the prompt ends with the opening of the model's answer
 * @param tools a list of tools in JSON Schema's form, or {@link JsonValue#ofNull()}
 * @param documents a list of documents to answer from, or {@link JsonValue#ofNull()}
 * @param template the name of one of the file's templates, or null for the one that fits
 * @param arguments other variables, such as {@code enable_thinking}
 * @param toolChoice whether the answer calls tools; no template sees it
 */
public record ChatRequest(
    List<Message> messages,
    boolean addGenerationPrompt,
    JsonValue tools,
    JsonValue documents,
    @Nullable String template,
    JsonObject arguments,
    ToolChoice toolChoice) {

  public ChatRequest {
    messages = List.copyOf(messages);
  }

  /** A request for the answer to {@code messages}. */
  public static ChatRequest of(List<Message> messages) {
    return new ChatRequest(
        messages,
        true,
        JsonValue.ofNull(),
        JsonValue.ofNull(),
        null,
        JsonObject.empty(),
        ToolChoice.AUTO);
  }

  /** The same for another conversation. */
  public ChatRequest withMessages(List<Message> talk) {
    return new ChatRequest(
        talk, addGenerationPrompt, tools, documents, template, arguments, toolChoice);
  }

  /** The same with {@code name} set to {@code value}. */
  public ChatRequest with(String name, JsonValue value) {
    return new ChatRequest(
        messages,
        addGenerationPrompt,
        tools,
        documents,
        template,
        arguments.with(name, value),
        toolChoice);
  }

  /** The same with {@code variables} in the place of those it had. */
  public ChatRequest withArguments(JsonObject variables) {
    return new ChatRequest(
        messages, addGenerationPrompt, tools, documents, template, variables, toolChoice);
  }

  /** The same with tools that the model may call. */
  public ChatRequest withTools(JsonValue offered) {
    return new ChatRequest(
        messages, addGenerationPrompt, offered, documents, template, arguments, toolChoice);
  }

  /** The same with documents to answer from. */
  public ChatRequest withDocuments(JsonValue given) {
    return new ChatRequest(
        messages, addGenerationPrompt, tools, given, template, arguments, toolChoice);
  }

  /** The same with or without the opening of the model's answer. */
  public ChatRequest withGenerationPrompt(boolean added) {
    return new ChatRequest(messages, added, tools, documents, template, arguments, toolChoice);
  }

  /** The same for the file's template called {@code name}, or with null for the one that fits. */
  public ChatRequest withTemplate(@Nullable String name) {
    return new ChatRequest(
        messages, addGenerationPrompt, tools, documents, name, arguments, toolChoice);
  }

  /** The same with calls of tools as {@code choice} wants them. */
  public ChatRequest withToolChoice(ToolChoice choice) {
    return new ChatRequest(
        messages, addGenerationPrompt, tools, documents, template, arguments, choice);
  }
}
