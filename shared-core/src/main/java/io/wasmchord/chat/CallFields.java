package io.wasmchord.chat;

import io.wasmchord.chat.jinja.DictValue;
import io.wasmchord.chat.jinja.JsonReader;
import io.wasmchord.chat.jinja.JsonWriter;
import io.wasmchord.chat.jinja.ListValue;
import io.wasmchord.chat.jinja.Value;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
record CallFields(boolean objects, boolean none) {
  private static final String FIELD = "tool_calls";
  private static final String KEY = "Kd7wQz"; // no template writes it of its own accord
  private static final String ARGUMENTS = "{\"" + KEY + "\": \"x\"}";
  private static final String ID = "Kd7wQzId9"; // some templates want nine characters
  private static final Value TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "f", "description": "F",
            "parameters": {"type": "object", "properties": {}, "required": []}}}]
          """);

  /** In the order in which they are tried. */
  private static final List<CallFields> KNOWN =
      List.of(
          new CallFields(true, true),
          new CallFields(false, true),
          new CallFields(true, false),
          new CallFields(false, false));

  /** For a template that shows no calls: it has a use for texts only. */
  private static final CallFields UNSEEN = new CallFields(true, false);

  /** What {@code template} takes. */
  static CallFields of(ChatTemplate template, @Nullable String name) {
    return KNOWN.stream()
        .filter(fields -> fields.shownBy(template, name))
        .findFirst()
        .orElse(UNSEEN);
  }

  private boolean shownBy(ChatTemplate template, @Nullable String name) {
    Message call =
        new Message(
            Message.Role.ASSISTANT,
            "",
            Map.of(FIELD, Value.of(List.of(new ToolCall("f", ARGUMENTS).value(ID)))));
    Message answer =
        new Message(
            Message.Role.TOOL, "1", Map.of("name", Value.of("f"), "tool_call_id", Value.of(ID)));
    List<Message> talk = List.of(new Message(Message.Role.USER, "Hi"), call, answer);
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
    Value calls = message.extra().get(FIELD);
    return calls != null && calls.truthy();
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
    Map<String, Value> extra = new LinkedHashMap<>(message.extra());
    Value content = extra.getOrDefault("content", Value.of(message.content()));
    if (!content.truthy()) {
      extra.put("content", none ? Value.none() : Value.of(""));
    }
    if (extra.get(FIELD) instanceof ListValue calls) {
      List<Value> all = new ArrayList<>();
      for (Value call : calls.elements()) {
        all.add(call(call, where + "[" + all.size() + "]"));
      }
      extra.put(FIELD, Value.of(all));
    }
    return new Message(message.role(), message.content(), extra);
  }

  /** A call whose function, or which itself, has arguments of the right kind. */
  private Value call(Value call, String where) {
    if (!(call instanceof DictValue dict)) {
      return call;
    }
    DictValue copy = DictValue.of(dict.texts());
    Value arguments = dict.get("arguments");
    if (dict.get("function") instanceof DictValue function) {
      copy.put("function", call(function, where + ".function"));
    } else if (arguments != null) {
      copy.put("arguments", arguments(arguments, where + ".arguments"));
    }
    return copy;
  }

  private Value arguments(Value arguments, String where) {
    if (arguments instanceof Value.None
        || (arguments instanceof Value.Text(String empty, _) && empty.isBlank())) {
      return objects ? new DictValue() : Value.of("{}");
    }
    if (!objects) {
      return arguments instanceof Value.Text ? arguments : Value.of(JsonWriter.json(arguments));
    }
    if (!(arguments instanceof Value.Text(String json, _))) {
      return arguments;
    }
    try {
      if (JsonReader.parse(json) instanceof DictValue object) {
        return object;
      }
    } catch (InvalidRequestException e) {
      throw new InvalidRequestException(where + " is " + e.getMessage());
    }
    throw new InvalidRequestException(where + " is JSON, but no object: {...} is expected");
  }
}
