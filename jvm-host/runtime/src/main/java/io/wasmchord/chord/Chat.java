package io.wasmchord.chord;

import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.RequestContext;
import io.wasmchord.api.ToolRunner;
import io.wasmchord.chat.Message;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A conversation that is to be answered, and how. Immutable: every method gives another one.
 *
 * <p>Options have the names and values that OpenAI's requests have; one that is not known is
 * refused by name when the chat is asked.
 */
public final class Chat {
  private static final Set<String> ELSEWHERE =
      Set.of("messages", "model", "n", "stream", "stream_options", "logprobs", "top_logprobs");

  private final List<Message> messages;
  private final JsonObject options;
  private final Map<String, Tool> tools;

  private record Tool(JsonObject function, ToolRunner.Tool does) {}

  private Chat(List<Message> messages, JsonObject options, Map<String, Tool> tools) {
    this.messages = List.copyOf(messages);
    this.options = options;
    this.tools = tools;
  }

  /** A question. */
  public static Chat of(String question) {
    return of(List.of()).user(question);
  }

  /** A conversation. */
  public static Chat of(List<Message> messages) {
    return new Chat(messages, JsonObject.empty(), Map.of());
  }

  /** The same, which begins with instructions. */
  public Chat system(String instructions) {
    List<Message> all = new ArrayList<>(messages);
    all.addFirst(new Message(Role.SYSTEM, instructions));
    return new Chat(all, options, tools);
  }

  /** The same, and then the user says this. */
  public Chat user(String text) {
    return then(new Message(Role.USER, text));
  }

  /** The same, and then the model says this. */
  public Chat assistant(String text) {
    return then(new Message(Role.ASSISTANT, text));
  }

  /** The same, and then this. */
  public Chat then(Message message) {
    List<Message> all = new ArrayList<>(messages);
    all.add(message);
    return new Chat(all, options, tools);
  }

  /** What is said so far. */
  public List<Message> messages() {
    return messages;
  }

  /**
   * The same with an option, such as {@code top_p}, {@code response_format} or {@code tools}.
   *
   * @param name as OpenAI's requests call it
   * @param value a text, a number, true or false, a list, a map, or JSON
   * @throws InvalidRequestException when it is none of those, or the option means nothing here
   */
  public Chat with(String name, Object value) {
    if (ELSEWHERE.contains(name)) {
      throw new InvalidRequestException(
          name + " is no option here; the methods of ChordModel and Chat say the same");
    }
    return new Chat(messages, options.with(name, JavaValues.json(name, value)), tools);
  }

  /** The same with at most so many tokens of an answer. */
  public Chat maxTokens(int most) {
    return with("max_tokens", most);
  }

  /** The same with how freely tokens are chosen; 0 is always the likeliest. */
  public Chat temperature(double temperature) {
    return with("temperature", temperature);
  }

  /** The same with the seed of its random numbers: the same seed gives the same answer. */
  public Chat seed(long seed) {
    return with("seed", seed);
  }

  /** The same with texts that end the answer. */
  public Chat stop(String... texts) {
    return with("stop", List.of(texts));
  }

  /** The same with an answer that is JSON, as a schema says. */
  public Chat json(JsonObject schema) {
    return with(
        "response_format",
        JsonObject.builder()
            .put("type", "json_schema")
            .put("json_schema", JsonObject.of("schema", schema))
            .build());
  }

  /**
   * The same with a tool that the model may call; its answer is told to the model, which goes on.
   *
   * @param parameters the JSON schema of its arguments
   */
  public Chat tool(String name, String description, JsonObject parameters, ToolRunner.Tool does) {
    JsonObject function =
        JsonObject.builder()
            .put("name", name)
            .put("description", description)
            .put("parameters", parameters)
            .put("strict", true)
            .build();
    Map<String, Tool> all = new LinkedHashMap<>(tools);
    all.put(name, new Tool(function, does));
    return new Chat(messages, options, all);
  }

  /**
   * The same with a tool whose arguments are a record's components.
   *
   * @throws InvalidRequestException when a component has a type that JSON has not; see {@link
   *     RecordShape}
   */
  public <T extends Record> Chat tool(
      String name, String description, Class<T> arguments, Function<T, String> does) {
    RecordShape<T> shape = RecordShape.of(arguments);
    return tool(name, description, shape.schema(), json -> does.apply(shape.read(json)));
  }

  /** The request that it is. */
  ChatCompletionRequest request(long freshSeed) {
    JsonObject body =
        JsonObject.builder()
            .put("messages", JsonValue.of(messages.stream().map(Chat::json).toList()))
            .putAll(options)
            .build();
    return ChatCompletionRequest.of(body, new RequestContext("Chat", List.of(), freshSeed));
  }

  private static JsonObject json(Message message) {
    return JsonObject.builder()
        .put("role", message.role().text())
        .put("content", message.content())
        .putAll(message.extra())
        .build();
  }

  /** A runner with the tools. */
  ToolRunner with(ToolRunner runner) {
    ToolRunner all = runner;
    for (Tool tool : tools.values()) {
      all = all.with(tool.function, tool.does);
    }
    return all;
  }
}
