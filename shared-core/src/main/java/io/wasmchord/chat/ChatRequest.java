package io.wasmchord.chat;

import io.wasmchord.chat.jinja.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template is rendered with.
 *
 * @param addGenerationPrompt whether the prompt ends with the opening of the model's answer
 * @param tools a list of tools in JSON Schema's form, or {@link Value#none()}
 * @param documents a list of documents to answer from, or {@link Value#none()}
 * @param template the name of one of the file's templates, or null for the one that fits
 * @param arguments other variables, such as {@code enable_thinking}
 */
public record ChatRequest(
    List<Message> messages,
    boolean addGenerationPrompt,
    Value tools,
    Value documents,
    @Nullable String template,
    Map<String, Value> arguments) {

  public ChatRequest {
    messages = List.copyOf(messages);
    arguments = Map.copyOf(arguments);
  }

  /** A request for the answer to {@code messages}. */
  public static ChatRequest of(List<Message> messages) {
    return new ChatRequest(messages, true, Value.none(), Value.none(), null, Map.of());
  }

  /** The same for another conversation. */
  public ChatRequest withMessages(List<Message> talk) {
    return new ChatRequest(talk, addGenerationPrompt, tools, documents, template, arguments);
  }

  /** The same with {@code name} set to {@code value}. */
  public ChatRequest with(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(arguments);
    more.put(name, value);
    return new ChatRequest(messages, addGenerationPrompt, tools, documents, template, more);
  }

  /** The same with tools that the model may call. */
  public ChatRequest withTools(Value offered) {
    return new ChatRequest(messages, addGenerationPrompt, offered, documents, template, arguments);
  }

  /** The same with documents to answer from. */
  public ChatRequest withDocuments(Value given) {
    return new ChatRequest(messages, addGenerationPrompt, tools, given, template, arguments);
  }

  /** The same with or without the opening of the model's answer. */
  public ChatRequest withGenerationPrompt(boolean added) {
    return new ChatRequest(messages, added, tools, documents, template, arguments);
  }

  /** The same for the file's template called {@code name}, or with null for the one that fits. */
  public ChatRequest withTemplate(@Nullable String name) {
    return new ChatRequest(messages, addGenerationPrompt, tools, documents, name, arguments);
  }
}
