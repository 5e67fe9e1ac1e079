package io.wasmchord.chat;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a template wants the reasoning of an earlier answer: in a field of the message, or as a
 * part of its content. What a template takes is seen from what it makes of reasoning that no model
 * has.
 *
 * @param field the message's field; {@link #PARTS} for a part of the content
 * @param joins whether an answer with calls may have reasoning or a text, but not both
 */
record ReasoningShape(String field, boolean joins) {
  private static final String GIVEN = "reasoning_content";
  private static final String PARTS = "content";
  private static final String KEY = "Kd7wQz"; // no template writes it of its own accord
  private static final String BETWEEN = "\n\n";
  private static final Message HELLO = new Message(Message.Role.USER, "Hi");
  private static final Message CALLING =
      new Message(
          Message.Role.ASSISTANT,
          "",
          JsonObject.of(
              "tool_calls", JsonValue.of(List.of(new ToolCall("f", "{}").value("Kd7wQzId9")))));
  private static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "f", "description": "F",
            "parameters": {"type": "object", "properties": {}, "required": []}}}]
          """);

  /** As messages come: for a template that leaves reasoning out, too. */
  private static final ReasoningShape AS_GIVEN = new ReasoningShape(GIVEN, false);

  /** What {@code template} takes, where calls are in the shape {@code calls}. */
  static ReasoningShape of(ChatTemplate template, @Nullable String name, ToolCallShape calls) {
    for (String field : List.of(GIVEN, "thinking", "reasoning", PARTS)) {
      ReasoningShape shape = new ReasoningShape(field, false);
      boolean called = shape.shown(template, name, calls, "");
      if (called || shape.shown(template, name)) {
        return new ReasoningShape(field, called && !shape.shown(template, name, calls, "Well."));
      }
    }
    return AS_GIVEN;
  }

  /** Whether reasoning before a call is shown. */
  private boolean shown(
      ChatTemplate template, @Nullable String name, ToolCallShape calls, String content) {
    Message reasoned =
        new Message(CALLING.role(), content, CALLING.extra().with(GIVEN, JsonValue.of(KEY)));
    Message answer =
        new Message(
            Message.Role.TOOL,
            "1",
            JsonObject.builder().put("name", "f").put("tool_call_id", "Kd7wQzId9").build());
    List<Message> talk = calls.adapt(adapt(List.of(HELLO, reasoned, answer)));
    return shows(template, ChatRequest.of(talk).withTools(TOOLS).withTemplate(name));
  }

  /** Whether reasoning before an answer is shown. */
  private boolean shown(ChatTemplate template, @Nullable String name) {
    Message answer =
        new Message(Message.Role.ASSISTANT, "Well.", JsonObject.of(GIVEN, JsonValue.of(KEY)));
    List<Message> talk = adapt(List.of(HELLO, answer));
    return shows(template, ChatRequest.of(talk).withGenerationPrompt(false).withTemplate(name));
  }

  private static boolean shows(ChatTemplate template, ChatRequest request) {
    try {
      String prompt = template.render(request);
      return prompt.contains(KEY) // and not a list as Python or JSON prints it
          && !prompt.contains("'" + KEY + "'")
          && !prompt.contains("\"" + KEY + "\"");
    } catch (ChatTemplateException e) {
      return false;
    }
  }

  /** Whether {@code message} has reasoning. */
  static boolean in(Message message) {
    return message.extra().get(GIVEN) instanceof JsonValue.Text(String text) && !text.isBlank();
  }

  /** The messages as the template takes them. */
  List<Message> adapt(List<Message> messages) {
    List<Message> adapted = new ArrayList<>();
    for (Message message : messages) {
      adapted.add(in(message) ? adapt(message) : message);
    }
    return adapted;
  }

  private Message adapt(Message message) {
    JsonObject extra = message.extra();
    JsonValue reasoning = extra.getOrNull(GIVEN);
    String text =
        extra.get("content") instanceof JsonValue.Text(String given) ? given : message.content();
    if (joins && ToolCallShape.in(message) && !text.isBlank()) {
      String both = ((JsonValue.Text) reasoning).value() + BETWEEN + text;
      return new Message(
          message.role(), "", extra.without("content").with(field, JsonValue.of(both)));
    }
    return new Message(message.role(), text, extra.with(field, value(reasoning, text)));
  }

  private JsonValue value(JsonValue reasoning, String text) {
    if (!field.equals(PARTS)) {
      return reasoning;
    }
    List<JsonValue> parts = new ArrayList<>();
    parts.add(JsonObject.builder().put("type", "thinking").put("thinking", reasoning).build());
    if (!text.isEmpty()) {
      parts.add(JsonObject.builder().put("type", "text").put("text", text).build());
    }
    return JsonValue.of(parts);
  }
}
