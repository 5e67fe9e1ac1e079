package io.wasmchord.chat;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a template wants messages that call tools. Most take a call's arguments as an object and
 * write it as JSON themselves; some take the JSON, as OpenAI's interface has it. What a template
 * takes is seen from what it makes of a call that no model makes.
 *
 * @param objects whether arguments are objects
 * @param none whether a message without text has none as content, and not an empty text
 */
record ToolCallShape(boolean objects, boolean none) {
  private static final String FIELD = "tool_calls";
  private static final String KEY = "Kd7wQz"; // no template writes it of its own accord
  private static final String ARGUMENTS = "{\"" + KEY + "\": \"x\"}";
  private static final String QUESTION = "Kd7wQz?";
  private static final String ID = "Kd7wQzId9"; // some templates want nine characters
  private static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "f", "description": "F",
            "parameters": {"type": "object", "properties": {}, "required": []}}}]
          """);

  private static final Message CALL =
      new Message(
          Message.Role.ASSISTANT,
          "",
          JsonObject.of(FIELD, JsonValue.of(List.of(new ToolCall("f", ARGUMENTS).value(ID)))));

  /** In the order in which they are tried. */
  private static final List<ToolCallShape> KNOWN =
      List.of(
          new ToolCallShape(true, true),
          new ToolCallShape(false, true),
          new ToolCallShape(true, false),
          new ToolCallShape(false, false));

  /** For a template that shows no calls: it has a use for texts only. */
  private static final ToolCallShape UNSEEN = new ToolCallShape(true, false);

  /**
   * What a template makes of a call.
   *
   * @param text empty where it shows none
   */
  record Written(String text) {
    /** Whether {@code format} reads the call out of it. */
    boolean readBy(ToolCallFormat format) {
      return readBy(format, format.patterns());
    }

    /** Whether some of its patterns do. */
    boolean readBy(ToolCallFormat format, List<ToolCallPattern> patterns) {
      List<ToolCall> calls = new ArrayList<>();
      ToolCallSplitter splitter =
          new ToolCallSplitter(
              format, patterns, Map.of(), new OfferedTools(TOOLS), new CallCollector(calls), false);
      splitter.onText(text);
      splitter.end();
      return calls.size() == 1 && calls.getFirst().arguments().contains(KEY);
    }
  }

  private record CallCollector(List<ToolCall> calls) implements AnswerListener {
    @Override
    public boolean onReasoning(String text) {
      return true;
    }

    @Override
    public boolean onAnswer(String text) {
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      return calls.addAll(found);
    }
  }

  /** What {@code template} makes of a call: what comes after the question that asks for it. */
  Written written(ChatTemplate template, @Nullable String name) {
    try {
      String prompt =
          template.render(
              ChatRequest.of(adapt(List.of(new Message(Message.Role.USER, QUESTION), CALL)))
                  .withTools(TOOLS)
                  .withTemplate(name)
                  .withGenerationPrompt(false));
      int at = prompt.lastIndexOf(QUESTION);
      return new Written(at < 0 ? "" : prompt.substring(at + QUESTION.length()));
    } catch (ChatTemplateException e) {
      return new Written("");
    }
  }

  /** What {@code template} takes. */
  static ToolCallShape of(ChatTemplate template, @Nullable String name) {
    return KNOWN.stream()
        .filter(fields -> fields.shownBy(template, name))
        .findFirst()
        .orElse(UNSEEN);
  }

  private boolean shownBy(ChatTemplate template, @Nullable String name) {
    Message answer =
        new Message(
            Message.Role.TOOL,
            "1",
            JsonObject.builder().put("name", "f").put("tool_call_id", ID).build());
    List<Message> talk = List.of(new Message(Message.Role.USER, "Hi"), CALL, answer);
    ChatRequest request = ChatRequest.of(adapt(talk)).withTools(TOOLS).withTemplate(name);
    try {
      String prompt = template.render(request);
      return objects // which some templates write in tags of their own, and none in Python's way
          ? prompt.contains(KEY) && !prompt.contains("'" + KEY + "'")
          : prompt.contains("\"" + KEY + "\"");
    } catch (ChatTemplateException e) {
      return false; // it takes something else, or no calls at all
    }
  }

  /** Whether {@code message} calls tools. */
  static boolean in(Message message) {
    return !message.extra().getOrNull(FIELD).isEmpty();
  }

  /**
   * The messages as the template takes them.
   *
   * @throws InvalidRequestException when the arguments of a call are not a JSON object
   */
  List<Message> adapt(List<Message> messages) {
    List<Message> adapted = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      adapted.add(in(message) ? adapt(message, "messages[" + i + "]." + FIELD) : message);
    }
    return adapted;
  }

  private Message adapt(Message message, String where) {
    JsonObject extra = message.extra();
    JsonValue content = extra.get("content");
    if (content == null ? message.content().isEmpty() : content.isEmpty()) {
      extra = extra.with("content", none ? JsonValue.ofNull() : JsonValue.of(""));
    }
    if (extra.get(FIELD) instanceof JsonArray(List<JsonValue> calls)) {
      List<JsonValue> all = new ArrayList<>();
      for (JsonValue call : calls) {
        all.add(call(call, where + "[" + all.size() + "]"));
      }
      extra = extra.with(FIELD, JsonValue.of(all));
    }
    return new Message(message.role(), message.content(), extra);
  }

  /** A call whose function, or which itself, has arguments of the right kind. */
  private JsonValue call(JsonValue call, String where) {
    if (!(call instanceof JsonObject object)) {
      return call;
    }
    JsonValue arguments = object.get("arguments");
    if (object.get("function") instanceof JsonObject function) {
      return object.with("function", call(function, where + ".function"));
    }
    return arguments == null
        ? object
        : object.with("arguments", arguments(arguments, where + ".arguments"));
  }

  private JsonValue arguments(JsonValue arguments, String where) {
    if (arguments instanceof JsonValue.Null
        || (arguments instanceof JsonValue.Text(String empty) && empty.isBlank())) {
      return objects ? JsonObject.empty() : JsonValue.of("{}");
    }
    if (!objects) {
      return arguments instanceof JsonValue.Text
          ? arguments
          : JsonValue.of(JsonWriter.json(arguments));
    }
    if (!(arguments instanceof JsonValue.Text(String json))) {
      return arguments;
    }
    try {
      if (JsonReader.parse(json) instanceof JsonObject object) {
        return object;
      }
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException(where + " is " + e.getMessage());
    }
    throw new InvalidRequestException(where + " is JSON, but no object: {...} is expected");
  }
}
